// axe (WCAG 2.2 A and AA) on each screen and state, with language, theme and width so that all pairs occur.
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll } from './fixtures/axe.mjs';
import { openBrowser, openPage } from './fixtures/browser.mjs';
import { startPageHost } from './fixtures/page-host.mjs';
import { combinations } from './fixtures/pairs.mjs';
import { CHOSEN, enter } from './fixtures/scenes.mjs';

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([openBrowser(), startPageHost()]);
});
after(async () => {
  await browser?.close();
  host?.stop();
});

const rows = combinations(
  [Object.keys(CHOSEN), ['ro', 'ru', 'en'], ['light', 'dark'], [360, 1280]],
  process.env.ACASA_E2E_FULL === '1',
);

describe('each screen', { concurrency: availableParallelism() }, () => {
  for (const [name, language, theme, width] of rows) {
    test(`${name} is accessible in ${language}, ${theme}, at ${width} px`, async () => {
      const scene = CHOSEN[name];
      const { page, faults, close } = await openPage(browser, { width, theme, camera: scene.camera });
      try {
        await enter(page, host, scene, { language, theme });
        await assertAccessible(page);
        await assertNoSidewaysScroll(page);
        assert.deepEqual(faults, []);
      } finally {
        await close();
      }
    });
  }
});
