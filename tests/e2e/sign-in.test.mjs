// The two pages of a sign-in that are not the app's: the sandbox's, that stands in for MPass, and the one the
// browser ends on. With the real state and the real core.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll } from './fixtures/axe.mjs';
import { openBrowser, openPage } from './fixtures/browser.mjs';
import { startApp, startSandbox } from './fixtures/devhost.mjs';
import { assertNothingClipped, assertReachable, spaceText } from './fixtures/reach.mjs';

let browser;
let state;
let app;
let home;
let address;

before(async () => {
  browser = await openBrowser();
  state = await startSandbox();
  app = await startApp(state);
  home = await openPage(browser);
});
after(async () => {
  await browser?.close();
  await app?.forget();
  await state?.stop();
});

/** The page in another language. */
const inLanguage = (language) => {
  const url = new URL(address);
  url.searchParams.set('lang', language);
  return url.href;
};

test('the app hands over an address that leads to the page', { timeout: 60_000 }, async () => {
  const { page } = home;
  await page.goto(app.address);
  await page.getByText('Română').click();
  await page.getByRole('button', { name: 'Intrați în cont' }).click();
  const begun = page.waitForResponse((response) => response.url().endsWith('/api/sign_in_begin'));
  await page.getByRole('button', { name: 'Deschideți navigatorul' }).click();
  const authorization = (await (await begun).json()).address;
  const visitor = await openPage(browser);
  await visitor.page.goto(authorization);
  address = visitor.page.url();
  await visitor.page.getByRole('heading', { level: 1, name: 'Autentificare de probă' }).waitFor();
  await visitor.close();
});

const SEEN = [
  ['ro', 'light', 1280],
  ['ro', 'dark', 360],
  ['ru', 'light', 360],
  ['ru', 'dark', 1280],
  ['en', 'light', 320],
  ['en', 'dark', 1280],
];
for (const [language, theme, width] of SEEN) {
  test(`the page is accessible in ${language}, ${theme}, at ${width} px`, { timeout: 60_000 }, async () => {
    const { page, faults, close } = await openPage(browser, { theme, width });
    try {
      await page.goto(inLanguage(language));
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await assertReachable(page);
      await assertNoSidewaysScroll(page);
      await assertAccessible(page);
      await spaceText(page);
      await assertNoSidewaysScroll(page);
      await assertNothingClipped(page);
      assert.deepEqual(faults, []);
    } finally {
      await close();
    }
  });
}

test('a person and a means are chosen by keyboard, and the browser ends on a page that says so', {
  timeout: 60_000,
}, async () => {
  const { page, close } = await openPage(browser, { theme: 'dark' });
  try {
    await page.goto(inLanguage('ro'));
    await page.locator('input[name=person]').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    const chosen = await page.evaluate(() =>
      ['person', 'instrument'].map((name) => document.querySelector(`input[name=${name}]:checked`).value),
    );
    assert.equal(chosen[0], '2');
    assert.notEqual(chosen[1], await page.locator('input[name=instrument]').first().getAttribute('value'));
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'V-ați identificat' }).waitFor();
    await assertAccessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await assertNoSidewaysScroll(page);
    await spaceText(page);
    await assertNothingClipped(page);
  } finally {
    await close();
  }
});

test('the app goes on with what the person can receive', { timeout: 60_000 }, async () => {
  await home.page.getByRole('button', { name: /^Primiți/ }).waitFor();
});
