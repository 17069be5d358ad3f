// 320 px, text at 200 %, forced colours: every screen and state in Russian, whose texts are the longest.
import { availableParallelism } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll } from './fixtures/axe.mjs';
import { openBrowser, openPage } from './fixtures/browser.mjs';
import { startPageHost } from './fixtures/page-host.mjs';
import { assertNothingClipped } from './fixtures/reach.mjs';
import { CHOSEN, enter, SCENES } from './fixtures/scenes.mjs';

let browser;
let host;
before(async () => {
  [browser, host] = await Promise.all([openBrowser(), startPageHost()]);
});
after(async () => {
  await browser?.close();
  host?.stop();
});

describe('each screen', { concurrency: availableParallelism() }, () => {
  for (const [name, scene] of Object.entries(CHOSEN)) {
    test(`${name} needs no sideways scrolling at 320 px, nor with text at 200 %, which is all there`, async () => {
      const { page, close } = await openPage(browser, { width: 320, camera: scene.camera });
      try {
        await enter(page, host, scene, { language: 'ru', theme: 'light' });
        await assertNoSidewaysScroll(page);
        await page.setViewportSize({ width: 640, height: 800 });
        // CSSOM, as a person's own setting would do it: the policy allows no inline styles.
        await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
        await page.waitForTimeout(100);
        await assertNoSidewaysScroll(page);
        await assertNothingClipped(page);
      } finally {
        await close();
      }
    });
  }
});

for (const name of ['home', 'unlock', 'show: still', 'verdict: rejected', 'settings']) {
  test(`${name} is accessible in forced colours`, async () => {
    const { page, close } = await openPage(browser, { forcedColors: 'active' });
    try {
      await enter(page, host, SCENES[name], { language: 'ro', theme: 'light' });
      await assertAccessible(page);
    } finally {
      await close();
    }
  });
}
