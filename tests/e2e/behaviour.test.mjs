// What the screens promise beyond their looks: keyboard, focus, what is announced, whole pixels, countdowns.
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

async function at(name, act, { language = 'ro', ...options } = {}) {
  const opened = await openPage(browser, options);
  try {
    await enter(opened.page, host, SCENES[name], { language, theme: 'light' });
    await act(opened.page);
  } finally {
    await opened.close();
  }
}

/** Presses Tab until an element has the focus; fails where it never comes. */
async function tabTo(page, locator) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('the element is never reached by Tab');
}

test('a person enrols with the keyboard alone', () =>
  at('welcome', async (page) => {
    await tabTo(page, page.getByRole('button', { name: 'Încercați cu o persoană de probă' }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('button', { name: /Ecaterina/ }));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('button', { name: /^Primiți/ }));
    await page.keyboard.press('Enter');
    await page.getByLabel('PIN nou').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('135790');
    await page.getByLabel('PIN repetat').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('135790');
    await page.getByRole('heading', { name: 'Primim documentele' }).waitFor();
  }));

test('a screen reader hears how many digits there are and never the digits', () =>
  at('unlock', async (page) => {
    await page.getByLabel('PIN', { exact: true }).pressSequentially('135');
    await page.getByText('3 din 6').waitFor({ state: 'attached' });
    const said = await page.locator('[role=status], [role=alert]').allTextContents();
    assert.ok(!said.join(' ').includes('135'));
    assert.equal(await page.getByLabel('PIN', { exact: true }).getAttribute('type'), 'password');
  }));

test('the PIN field takes what is pasted and the keypad adds to it', () =>
  at('unlock', async (page) => {
    await page.getByLabel('PIN', { exact: true }).fill('1357');
    await page.getByRole('button', { name: '9', exact: true }).click();
    await page.getByText('5 din 6').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: '0', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: /Bun/ }).waitFor();
  }));

test('a wrong PIN says how many tries remain and empties the field', () =>
  at('unlock', async (page) => {
    await page.getByLabel('PIN', { exact: true }).pressSequentially('000001');
    await page.getByRole('alert').filter({ hasText: '4 încercări' }).waitFor();
    assert.equal(await page.getByLabel('PIN', { exact: true }).inputValue(), '');
  }));

test('where the person was survives an unlock', async () => {
  const { page, close } = await openPage(browser, {});
  try {
    await page.goto(host.address('phase=locked&lang=ro', '#/document/d2'));
    await page.getByLabel('PIN', { exact: true }).pressSequentially('135790');
    await page.getByRole('heading', { level: 1, name: 'Permis de conducere' }).waitFor();
  } finally {
    await close();
  }
});

test('each screen gives its heading the focus and names the window after itself, with nothing personal', () =>
  at('home', async (page) => {
    await page.getByRole('link', { name: 'Documente', exact: true }).first().click();
    const heading = page.getByRole('heading', { level: 1, name: 'Documente' });
    await heading.waitFor();
    assert.ok(await heading.evaluate((element) => element === document.activeElement));
    assert.equal(await page.title(), 'Documente · Acasă');
  }));

test('a personal number is masked until it is asked for', () =>
  at('document', async (page) => {
    assert.ok(!(await page.locator('main').innerText()).includes('2000000000007'));
    await page.getByRole('button', { name: 'Arătați: Cod personal (IDNP)' }).click();
    assert.ok((await page.locator('main').innerText()).includes('2000000000007'));
  }));

for (const width of [320, 360, 768, 1280]) {
  test(`a shown code has whole device pixels for each module at ${width} px`, () =>
    at(
      'show: still',
      async (page) => {
        const { drawn, shown, scale } = await page.locator('canvas').evaluate((canvas) => ({
          drawn: canvas.width,
          shown: canvas.getBoundingClientRect().width * devicePixelRatio,
          scale: Number(canvas.dataset.scale),
        }));
        assert.equal(drawn, shown);
        assert.equal(drawn, (105 + 8) * scale);
        assert.ok(scale >= 3 || drawn > width - scale * (105 + 8), `scale ${scale}`);
      },
      { width },
    ));
}

test('a shown code is black on white in the dark theme too', async () => {
  const { page, close } = await openPage(browser, { theme: 'dark' });
  try {
    await enter(page, host, SCENES['show: still'], { language: 'ro', theme: 'dark' });
    const [corner, finder] = await page.locator('canvas').evaluate((canvas) => {
      const pen = canvas.getContext('2d');
      const at = Number(canvas.dataset.scale) * 4 + 1;
      return [pen.getImageData(0, 0, 1, 1).data.join(), pen.getImageData(at, at, 1, 1).data.join()];
    });
    assert.deepEqual([corner, finder], ['255,255,255,255', '0,0,0,255']);
  } finally {
    await close();
  }
});

test('what is shown is announced once, and a renewal is silent', async () => {
  const { page, close } = await openPage(browser, {});
  try {
    await page.clock.install();
    await enter(page, host, SCENES['show: still'], { language: 'ro', theme: 'light' });
    const live = page.locator('[aria-live=polite]');
    assert.equal(await live.textContent(), 'Se vede doar că aveți peste 18 ani.');
    await live.evaluate((region) => {
      globalThis.heard = 0;
      new MutationObserver(() => (globalThis.heard += 1)).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    const before = await page.locator('canvas').evaluate((canvas) => canvas.toDataURL());
    await page.clock.runFor(31_000);
    await page.waitForFunction((old) => document.querySelector('canvas').toDataURL() !== old, before);
    assert.equal(await page.evaluate(() => globalThis.heard), 0);
  } finally {
    await close();
  }
});

test('a showing warns before it closes, can be kept, and closes by itself', async () => {
  const { page, close } = await openPage(browser, {});
  try {
    await page.clock.install();
    await enter(page, host, SCENES['show: still'], { language: 'ro', theme: 'light' });
    await page.clock.runFor(102_000);
    await page.getByRole('button', { name: 'Păstrați deschis' }).click();
    await page.clock.runFor(30_000);
    assert.equal(await page.locator('canvas').count(), 1);
    await page.clock.runFor(95_000);
    await page.locator('canvas').waitFor({ state: 'detached' });
  } finally {
    await close();
  }
});

test('a moving code starts only on a tap and can be paused', () =>
  at('show: moving, asked first', async (page) => {
    assert.equal(await page.locator('canvas').count(), 0);
    await page.getByRole('button', { name: 'Porniți codul' }).click();
    const picture = () => page.locator('canvas').evaluate((canvas) => canvas.toDataURL());
    const first = await picture();
    await page.waitForFunction((old) => document.querySelector('canvas').toDataURL() !== old, first);
    await page.getByRole('button', { name: 'Opriți codul' }).click();
    const stopped = await picture();
    await page.waitForTimeout(400);
    assert.equal(await picture(), stopped);
  }));

test('a verdict is announced and clears itself after a minute', async () => {
  const { page, close } = await openPage(browser, {});
  try {
    await page.clock.install();
    await enter(page, host, SCENES['verdict: rejected'], { language: 'ro', theme: 'light' });
    await page.getByRole('alert').filter({ hasText: 'Respins' }).waitFor();
    await page.clock.runFor(52_000);
    await page.getByRole('button', { name: 'Păstrați pe ecran' }).waitFor();
    await page.clock.runFor(10_000);
    await page.getByRole('heading', { level: 1, name: 'Scanează' }).waitFor();
  } finally {
    await close();
  }
});

test('a rejected document shows no person', () =>
  at('verdict: rejected', async (page) => {
    assert.equal(await page.locator('.verdict img').count(), 0);
    assert.ok(!(await page.locator('.verdict').innerText()).includes('Ceban-Rusu'));
  }));

test('the finder opens on Ctrl+K and forgives diacritics', () =>
  at('home', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByLabel('Ce căutați').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('setari');
    await page.getByRole('dialog').getByRole('link', { name: 'Setări', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Setări' }).waitFor();
  }));

test('a change of language changes the page and its language at once', () =>
  at('settings', async (page) => {
    await page.getByText('Русский').first().click();
    await page.getByRole('heading', { level: 1, name: 'Настройки' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'ru');
  }));

test('an idle app locks itself', async () => {
  const { page, close } = await openPage(browser, {});
  try {
    await page.clock.install();
    await enter(page, host, SCENES.home, { language: 'ro', theme: 'light' });
    const reloaded = page.waitForEvent('load');
    await page.clock.runFor(302_000);
    await reloaded;
  } finally {
    await close();
  }
});
