// The logs of the whole run, of state and apps alike, at the most talkative level, after the main job was done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandboxPeople, startSandbox } from './fixtures/devhost.mjs';
import { found, logs, noted } from './fixtures/leaks.mjs';

const WORLD = process.env.ACASA_WORLD;

test('a planted secret is found in every form', () => {
  const secrets = { name: 'Ștefănescu', number: '2999000000014', none: 'Munteanu' };
  const base64 = (text) => Buffer.from(`.${text}.`).toString('base64');
  for (const log of ['x Ștefănescu y', base64('Ștefănescu'), Buffer.from('Ștefănescu').toString('hex')])
    assert.deepEqual(found(log, secrets), ['name'], log);
  assert.deepEqual(found(`[${[...Buffer.from('2999000000014')].join(', ')}]`, secrets), ['number']);
});

test('the logs of the whole run hold nothing of anybody', { timeout: 60_000 }, async (context) => {
  const secrets = await noted(WORLD);
  if (!('the proof' in secrets)) return context.skip('the main job was not run before');
  const files = await logs(WORLD);
  const whole = files.map(({ text }) => text).join('\n');
  // Both sides spoke, and the libraries below them.
  for (const said of ['vault locked', 'request.served', 'TRACE', 'hyper'])
    assert.ok(whole.includes(said), said);

  const state = await startSandbox();
  for (const person of await sandboxPeople(state)) {
    secrets[`IDNP of ${person.id}`] = person.idnp;
    for (const [at, part] of person.name.split(' ').entries()) secrets[`name ${at} of ${person.id}`] = part;
  }
  await state.stop();

  for (const { name, text } of files) assert.deepEqual(found(text, secrets), [], name);
  assert.doesNotMatch(whole, /access_token|refresh_token|DPoP ey|MD1C?:/);
});
