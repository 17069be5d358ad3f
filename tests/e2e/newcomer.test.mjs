// What somebody new meets: the way back from an empty profile, a first PIN, documents that cannot be received, words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage } from './fixtures/browser.mjs';
import { startPageHost } from './fixtures/page-host.mjs';
import { enter, SCENES } from './fixtures/scenes.mjs';

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([openBrowser(), startPageHost()]);
});
after(async () => {
  await browser?.close();
  host?.stop();
});

async function at(name, act, options = {}) {
  const opened = await openPage(browser, options);
  try {
    await enter(opened.page, host, SCENES[name], { language: 'ro', theme: 'light' });
    await act(opened.page);
  } finally {
    await opened.close();
  }
}

test('an empty profile has a way back to the others', () =>
  at('welcome', async (page) => {
    await page.getByRole('button', { name: 'Înapoi la profiluri' }).click();
    const sheet = page.getByRole('dialog');
    assert.equal(await sheet.getByRole('button', { name: 'Ecaterina' }).count(), 0);
    await sheet.getByRole('button', { name: /Mama/ }).waitFor();
  }));

test('a nickname that is too long is counted and not cut', () =>
  at('profiles', async (page) => {
    const field = page.getByLabel('Poreclă');
    await field.fill('x'.repeat(41));
    assert.equal((await field.inputValue()).length, 41);
    await page.getByText('Caractere: 41 din 40').waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await page.getByRole('button', { name: 'Creați profilul' }).click();
    await page.getByText('Prea lung').waitFor();
  }));

test('a simple PIN is refused at its first entry, with nothing to tell support', () =>
  at('PIN: choose', async (page) => {
    await page.keyboard.type('123456');
    const alert = page.getByRole('alert').filter({ hasText: 'prea ușor de ghicit' });
    await alert.waitFor();
    assert.ok(!(await alert.innerText()).includes('K7QM2PXA'));
    await page.getByRole('heading', { name: 'Alegeți un PIN' }).waitFor();
    await page.keyboard.type('135790');
    await page.getByRole('heading', { name: 'Repetați PIN-ul' }).waitFor();
  }));

test('a phrase is repeated in capitals too, and a slip leaves what was typed', () =>
  at('passphrase', async (page) => {
    await page.getByRole('button', { name: 'Le-am scris' }).click();
    const field = page.getByLabel('Fraza secretă');
    await field.fill('munte lampa');
    await page.getByRole('button', { name: 'Continuați' }).click();
    await page.getByRole('alert').filter({ hasText: 'nu coincid' }).waitFor();
    assert.equal(await field.inputValue(), 'munte lampa');
    await field.fill('Munte  Lampa Vioara SECOL brad poveste');
    await page.getByRole('button', { name: 'Continuați' }).click();
    await page.getByRole('heading', { name: 'Primim documentele' }).waitFor();
  }));

test('what has expired or was revoked is not ticked, cannot be, and says what to do', () =>
  at('consent', async (page) => {
    for (const [name, word] of [
      ['Carnet de student', 'Expirat'],
      ['Certificat de dizabilitate', 'Revocat'],
    ]) {
      const box = page.getByRole('checkbox', { name: new RegExp(name) });
      assert.deepEqual([await box.isChecked(), await box.isDisabled()], [false, true], name);
      await page.locator('label', { hasText: name }).getByText(word, { exact: true }).waitFor();
    }
    await page.getByRole('button', { name: 'Primiți 3 documente' }).waitFor();
  }));

test('with everything held there is nothing to go on without', () =>
  at('consent: all held', (page) => page.getByRole('button', { name: 'Continuați', exact: true }).waitFor()));

test('"back" while enrolling goes a step back and stays in the app', () =>
  at('PIN: choose', async (page) => {
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: /ce primiți/ }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Bun venit acasă' }).waitFor();
  }));

test('a document that is not there has a page with a way on', () =>
  at('document: missing', async (page) => {
    await page.getByRole('heading', { name: 'Documentul nu este aici' }).waitFor();
    await page.getByRole('button', { name: 'Mergeți la documente' }).click();
    await page.getByRole('heading', { level: 1, name: 'Documente' }).waitFor();
  }));

test('reading no text says what to do', () =>
  at('scan', async (page) => {
    await page.getByLabel('Textul unui cod').fill('  \n ');
    await page.getByRole('button', { name: 'Citiți textul' }).click();
    await page.getByRole('alert').filter({ hasText: 'Lipiți sau scrieți' }).waitFor();
  }));

test('what cannot be seen in an address is named, and no raw word is shown', () =>
  at('scan', async (page) => {
    await page.getByLabel('Textul unui cod').fill('https://gov.md/\u202Efdp.exe');
    await page.getByRole('button', { name: 'Citiți textul' }).click();
    await page.getByText('⟨U+202E⟩').first().waitFor();
    const said = await page.locator('main').innerText();
    assert.ok(!said.includes('\u202E'));
    assert.ok(!/\b(true|false)\b/.test(said), said);
  }));

test('an amber verdict without a photograph does not ask to compare one, and its checks are in words', () =>
  at('verdict: no photograph', async (page) => {
    await page.getByText('codul nu arată fotografia').waitFor();
    assert.equal(await page.getByText('Comparați fotografia').count(), 0);
    await page.getByText('Verificările făcute (6)').click();
    const checks = page.locator('details ul');
    assert.ok(!/[a-z]_[a-z]/.test(await checks.innerText()));
    const freshness = checks.getByRole('listitem').filter({ hasText: 'Prospețimea' });
    assert.match((await freshness.innerText()).replace(/\s+/g, ' '), /doar în parte · Codul este de acum/);
    assert.equal(await freshness.getAttribute('class').then((classes) => classes.includes('pass')), false);
  }));

test('whom the state has certified is told by name, and anybody else is unknown', async () => {
  await at('found: known challenge', async (page) => {
    await page.getByRole('heading', { name: 'Banca din colț' }).waitFor();
    await page.getByText('Statul confirmă cine întreabă.').waitFor();
    assert.equal(await page.getByText('Verificator necunoscut').count(), 0);
  });
  await at('found: challenge', async (page) => {
    await page.getByRole('heading', { name: 'Verificator necunoscut' }).waitFor();
    assert.equal(await page.getByText('Statul confirmă cine întreabă.').count(), 0);
  });
});

test('a challenge without a name is said to be one, until it is not answered', () =>
  at('found: nameless challenge', async (page) => {
    await page.getByText('Nu spune cine este').waitFor();
    assert.equal(await page.getByText('„”').count(), 0);
    await page.getByRole('button', { name: 'Alegeți documentul pe care îl arătați' }).click();
    await page.getByText('Răspundeți unei solicitări fără nume').waitFor();
    await page.getByRole('link', { name: /Carte de identitate/ }).first().click();
    await page.getByRole('button', { name: 'Arată', exact: true }).click();
    const shown = page.locator('section.show');
    await shown.getByText('Răspundeți unei solicitări fără nume').waitFor();
    await shown.getByRole('button', { name: 'Nu mai răspundeți' }).click();
    await shown.waitFor({ state: 'detached' });
    assert.equal(await page.getByText('Răspundeți unei solicitări').count(), 0);
  }));

test('what was done is seen and heard, and not in another language', () =>
  at('settings', async (page) => {
    await page.getByLabel('Nume în solicitări').fill('Farmacia');
    await page.getByRole('button', { name: 'Salvați', exact: true }).click();
    const seen = page.locator('.done');
    await seen.waitFor();
    assert.equal((await seen.innerText()).trim(), 'S-a salvat.');
    assert.equal(await page.locator('[aria-live=polite]').textContent(), 'S-a salvat.');
    await page.getByText('Русский').first().click();
    await page.getByRole('heading', { level: 1, name: 'Настройки' }).waitFor();
    assert.equal(await page.locator('[aria-live=polite]').textContent(), '');
  }));

test('the notices are headings, parts and licences, word for word', () =>
  at('about', async (page) => {
    await page.getByRole('heading', { level: 3, name: 'svelte' }).waitFor();
    const said = await page.locator('.notices').innerText();
    assert.ok(said.includes('svelte · MIT') && said.includes('MIT <b>'));
    assert.ok(!/[#|`]/.test(said), said);
  }));
