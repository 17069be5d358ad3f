// Ways around: back goes where the person came from, what they typed is still there, the finder leads to single
// settings, and what keeps the app from acting does not keep it from showing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCENES } from './fixtures/scenes.mjs';
import { stage } from './fixtures/stage.mjs';

const { at } = stage();
const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const goTo = (page, hash) => page.evaluate((to) => (location.hash = to), hash);

test('back goes where the person came from, by whatever link', () =>
  at(SCENES.home, async (page) => {
    await page
      .getByRole('link', { name: /Permis de conducere/ })
      .first()
      .click();
    await heading(page, 'Permis de conducere');
    await page.getByRole('button', { name: 'Înapoi' }).click();
    await page.getByRole('heading', { level: 2, name: 'De făcut' }).waitFor();
    assert.match(page.url(), /#\/home$/);
  }));

test('back from an address somebody opened goes to the list it belongs to', () =>
  at(SCENES.about, async (page) => {
    await page.getByRole('button', { name: 'Înapoi' }).click();
    await heading(page, 'Setări');
  }));

for (const [name, hash, label, elsewhere] of [
  ['the text of a code', '#/scan', 'Textul unui cod', '#/home'],
  ['a nickname', '#/profiles', 'Poreclă', '#/home'],
  ["this device's name", '#/settings', 'Nume în solicitări', '#/about'],
]) {
  test(`${name} is still there after another screen, and not after the lock`, () =>
    at({ query: 'phase=unlocked', hash }, async (page) => {
      await page.getByLabel(label).fill('neterminat');
      await goTo(page, elsewhere);
      await page.getByLabel(label).waitFor({ state: 'detached' });
      await goTo(page, hash);
      assert.equal(await page.getByLabel(label).inputValue(), 'neterminat');
      const reloaded = page.waitForEvent('load');
      await page.keyboard.press('Control+l');
      await reloaded;
      assert.equal(await page.getByLabel(label).inputValue(), '');
    }));
}

test('the purpose of a request is still there after scanning in between', () =>
  at(SCENES['challenge: what to ask'], async (page) => {
    await page.getByText('Vârsta', { exact: true }).click();
    await page.getByLabel('Scopul, în câteva cuvinte').fill('intrare');
    await page.getByText('Scanez un cod').click();
    await page.getByText('Arăt o solicitare').click();
    assert.equal(await page.getByLabel('Scopul, în câteva cuvinte').inputValue(), 'intrare');
    assert.ok(await page.getByRole('radio', { name: 'Vârsta' }).isChecked());
  }));

test('a text that was read is not offered again', () =>
  at(SCENES['found: text'], async (page) => {
    await page.getByRole('button', { name: 'Scanați alt cod' }).click();
    assert.equal(await page.getByLabel('Textul unui cod').inputValue(), '');
  }));

test('the finder has the focus in its field and leads to a single setting', () =>
  at(SCENES.home, async (page) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('intunecat');
    assert.equal(await page.getByLabel('Ce căutați').inputValue(), 'intunecat');
    await page.getByLabel('Ce căutați').fill('blocare');
    await page
      .getByRole('dialog')
      .getByRole('link', { name: /Blocare fără atingere/ })
      .click();
    await heading(page, 'Setări');
    await page.waitForFunction(() => document.activeElement?.value === '300');
  }));

test('the settings list every shortcut, and each does what is said', () =>
  at(
    { query: 'phase=unlocked', hash: '#/settings/shortcuts' },
    async (page) => {
      const rows = await page
        .locator('.shortcuts dl > div')
        .evaluateAll((all) =>
          all.map((row) => [row.querySelector('dt').textContent, row.querySelectorAll('kbd')[1].textContent]),
        );
      assert.ok(rows.length >= 8);
      const places = rows.filter(([, key]) => /^[0-9,]$/.test(key));
      for (const [label, key] of places) {
        await page.keyboard.press(`Control+${key}`);
        await page.waitForFunction((name) => document.title.startsWith(name), label);
      }
    },
    { width: 1280 },
  ));

test('a device taken out of use says so once, offers to sign in, and still shows documents', () =>
  at(SCENES['hindered: device_revoked'], async (page) => {
    await heading(page, 'Dispozitivul a fost scos din uz');
    await page.getByRole('button', { name: 'Intrați din nou în cont' }).waitFor();
    await page.getByRole('button', { name: 'Mergeți la documente' }).click();
    await page.getByRole('button', { name: /Dispozitivul a fost scos din uz/ }).waitFor();
    await goTo(page, '#/show/d1');
    await page.locator('canvas').waitFor();
    await goTo(page, '#/home');
    await page.getByRole('button', { name: /Dispozitivul a fost scos din uz/ }).click();
    await page.getByRole('button', { name: 'Intrați din nou în cont' }).click();
    await heading(page, 'Ce urmează');
  }));

test('a document being shown is not interrupted by what keeps the app from acting', () =>
  at({ query: 'phase=unlocked&hindrance=app_too_old', hash: '#/show/d1' }, async (page) => {
    await page.locator('canvas').waitFor();
  }));

test("the window's menu does what the page's shortcuts do, and nothing while locked", () =>
  at(SCENES.home, async (page) => {
    const menu = (act) =>
      page.evaluate((detail) => window.dispatchEvent(new CustomEvent('acasa-menu', { detail })), act);
    await menu('constructor');
    await menu('settings');
    await heading(page, 'Setări');
    await menu('find');
    await page.getByLabel('Ce căutați').waitFor();
  }));
