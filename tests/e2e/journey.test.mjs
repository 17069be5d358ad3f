// The main job with the real core: enrol, hold documents, lose the network, unlock, show; somebody else verifies.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './fixtures/axe.mjs';
import { openBrowser, openPage } from './fixtures/browser.mjs';
import { startApp, startSandbox } from './fixtures/devhost.mjs';
import { note } from './fixtures/leaks.mjs';

const PIN = '482915';
let browser;
let state;
let holder;
let verifier;
let holding;
let verifying;

before(async () => {
  browser = await openBrowser();
  state = await startSandbox();
  [holder, verifier] = await Promise.all([startApp(state), startApp(state)]);
  [holding, verifying] = await Promise.all([
    openPage(browser, { width: 360 }),
    openPage(browser, { width: 1280 }),
  ]);
});
after(async () => {
  await browser?.close();
  await Promise.all([holder?.forget(), verifier?.forget()]);
  await state?.stop();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

test('a person of the sandbox enrols and receives documents', { timeout: 120_000 }, async () => {
  const { page } = holding;
  await page.goto(holder.address);
  await page.getByText('Română').click();
  await press(page, 'Încercați cu o persoană de probă');
  await page.locator('main ul button').first().click();
  await page.getByRole('button', { name: /^Primiți/ }).click();
  await page.getByLabel('PIN nou').fill(PIN);
  await heading(page, 'Repetați PIN-ul');
  await page.getByLabel('PIN repetat').fill(PIN);
  await heading(page, 'Primim documentele');
  await page
    .getByRole('button', { name: 'Continuați', exact: true, disabled: false })
    .click({ timeout: 90_000 });
});

test('the app verifies its own code and shows the other side', { timeout: 60_000 }, async () => {
  const { page } = holding;
  await press(page, 'Arată și verifică');
  await page.getByRole('heading', { name: 'Autentic' }).waitFor();
  await assertAccessible(page);
  await press(page, 'Am înțeles');
  await page.getByRole('link', { name: 'Documente', exact: true }).first().waitFor();
  await assertAccessible(page);
});

test('a verifier without an account fetches the trust data ahead', { timeout: 60_000 }, async () => {
  const { page } = verifying;
  await page.goto(verifier.address);
  await page.getByText('Română').click();
  await press(page, 'Doar verific documente');
  await press(page, 'Actualizați datele de încredere');
  await page.getByText(/^Listă din/).waitFor();
});

test(
  'with the network gone the vault locks and opens, and the documents are there',
  { timeout: 60_000 },
  async () => {
    const { page } = holding;
    await state.stop();
    await press(page, 'Blocați');
    await page.getByLabel('PIN', { exact: true }).fill(PIN);
    await page.getByRole('link', { name: /^Toate cele|^\d+ document/ }).waitFor();
  },
);

test(
  'a proof answers a challenge and is authentic for the verifier, both offline',
  { timeout: 90_000 },
  async () => {
    await verifying.page.getByText('Arăt o solicitare').click();
    await press(verifying.page, 'Arătați solicitarea');
    await press(verifying.page, 'Copiați codul');
    const challenge = await copied(verifying.page);
    assert.match(challenge, /^MD1C:/);

    const { page } = holding;
    await page.getByRole('link', { name: 'Scanează' }).first().click();
    await page.getByLabel('Textul unui cod').fill(challenge);
    await press(page, 'Citiți textul');
    await press(page, 'Alegeți documentul pe care îl arătați');
    await page.locator('main li a').first().click();
    await press(page, 'Arată');
    await page.locator('canvas').waitFor();
    await press(page, 'Copiați codul');
    const proof = await copied(page);
    assert.match(proof, /^MD1:/);

    await press(verifying.page, 'Scanați răspunsul');
    await verifying.page.getByLabel('Textul unui cod').fill(proof);
    await press(verifying.page, 'Citiți textul');
    await verifying.page.getByRole('heading', { level: 1, name: 'Autentic', exact: true }).waitFor();
    await assertAccessible(verifying.page);
    const noted = {
      'the PIN': PIN,
      'the challenge': challenge.slice(5, 60),
      'the proof': proof.slice(200, 260),
    };
    for (const [name, text] of Object.entries(noted)) await note(process.env.ACASA_WORLD, name, text);
  },
);

test('nothing went wrong in either page on the way', () => {
  assert.deepEqual([...holding.faults, ...verifying.faults], []);
});
