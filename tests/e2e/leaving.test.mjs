// Before the app locks itself it says so, in time, and one simple action keeps it open (WCAG 2.2.1).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCENES } from './fixtures/scenes.mjs';
import { stage } from './fixtures/stage.mjs';

const { at } = stage();
const locksAfter = (seconds, hash, steps) => ({ query: `phase=unlocked&lock=${seconds}`, hash, steps });
const warning = (page) => page.getByRole('alertdialog', { name: 'Acasă se blochează' });

/** Whether the page was made anew, which is what locking does to it. */
async function marked(page) {
  await page.evaluate(() => (globalThis.sameVisit = true));
  return () => page.evaluate(() => globalThis.sameVisit !== true);
}

test('twenty seconds before the lock a dialog says so, and not before', () =>
  at(
    locksAfter(60, '#/home'),
    async (page) => {
      await page.clock.runFor(38_000);
      assert.equal(await warning(page).count(), 0);
      await page.clock.runFor(3_000);
      await warning(page).waitFor();
      assert.match(await warning(page).innerText(), /Apăsați orice tastă/);
    },
    { clock: true },
  ));

const WAYS = {
  'the button': (page) => page.getByRole('button', { name: 'Rămâneți' }).click(),
  'any key': (page) => page.keyboard.press('x'),
  Escape: (page) => page.keyboard.press('Escape'),
  'a touch anywhere': (page) => page.mouse.click(5, 400),
};
for (const [name, act] of Object.entries(WAYS)) {
  test(`${name} keeps the app open for the whole time again`, () =>
    at(
      locksAfter(60, '#/home'),
      async (page) => {
        const wasLocked = await marked(page);
        await page.clock.runFor(45_000);
        await warning(page).waitFor();
        await act(page);
        await warning(page).waitFor({ state: 'detached' });
        await page.clock.runFor(35_000);
        assert.equal(await warning(page).count(), 0);
        assert.equal(await wasLocked(), false);
      },
      { clock: true },
    ));
}

test('who does nothing is locked out when the time is over', () =>
  at(
    locksAfter(60, '#/home'),
    async (page) => {
      const reloaded = page.waitForEvent('load');
      await page.clock.runFor(62_000);
      await reloaded;
    },
    { clock: true },
  ));

test('the warning stands above a sheet that is open, and gives the focus back', () =>
  at(
    locksAfter(60, '#/settings', [(page) => page.locator('.settings .row button').first().click()]),
    async (page) => {
      const field = page.getByLabel('Cel de acum');
      await field.focus();
      await page.clock.runFor(45_000);
      await warning(page).waitFor();
      await page.keyboard.press('Enter');
      await warning(page).waitFor({ state: 'detached' });
      assert.ok(await field.evaluate((element) => element === document.activeElement));
      assert.equal(await page.getByRole('dialog').count(), 1);
    },
    { clock: true },
  ));

for (const [name, hash, steps, keep] of [
  ['a showing', '#/show/d1', [], 'Păstrați deschis'],
  ['a verdict', '#/scan', SCENES['verdict: authentic'].steps, 'Păstrați pe ecran'],
]) {
  test(`over ${name} there is one warning, in its place, whose button serves both clocks`, () =>
    at(
      // Both are due at about the same time: the lock a little before the screen itself.
      locksAfter(name === 'a showing' ? 115 : 58, hash, steps),
      async (page) => {
        const wasLocked = await marked(page);
        await page.clock.runFor(name === 'a showing' ? 105_000 : 54_000);
        assert.equal(await page.getByRole('alertdialog').count(), 0);
        assert.equal(await page.getByRole('button', { name: keep }).count(), 1);
        await page.getByText('Acasă se blochează peste câteva secunde.').waitFor();
        await page.getByRole('button', { name: keep }).press('Enter');
        await page.clock.runFor(20_000);
        assert.equal(await wasLocked(), false);
        assert.equal(await page.getByRole('button', { name: keep }).count(), 0);
        assert.equal(await page.locator(name === 'a showing' ? 'canvas' : '.verdict').count(), 1);
      },
      { clock: true },
    ));
}
