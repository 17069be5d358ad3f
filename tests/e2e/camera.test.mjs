// Without a network: what one app shows on its screen, a camera films and another app reads, both with the real core.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, openPage } from './fixtures/browser.mjs';
import { startApp, startSandbox } from './fixtures/devhost.mjs';
import { makeFilm, watch } from './fixtures/film.mjs';
import { startPageHost } from './fixtures/page-host.mjs';
import { FINE_DEGREES, measureFlashes } from './fixtures/flashes.mjs';

const PIN = '482915';
let folder;
let browser;
let state;
let holder;
let verifier;
let holding;
const faults = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'camera-'));
  browser = await openBrowser();
  state = await startSandbox();
  [holder, verifier] = await Promise.all([startApp(state), startApp(state)]);
  holding = await openPage(browser, { width: 360 });
});
after(async () => {
  await browser?.close();
  await Promise.all([holder?.forget(), verifier?.forget()]);
  await state?.stop();
  await rm(folder, { recursive: true, force: true });
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** The verifier's app, started again in front of a camera that plays a film. */
async function whatIsSeen(film) {
  await verifier.stop();
  verifier = await startApp(state, verifier.profile);
  const camera = await openBrowser({ film });
  try {
    const { page, faults: seen } = await openPage(camera, { width: 1280 });
    await page.goto(verifier.address);
    await page.getByText('Română').click();
    await press(page, 'Doar verific documente');
    await page.getByRole('heading', { level: 1, name: /^Autentic|^Respins|^Neverificat/ }).waitFor();
    const verdict = await page.locator('main').innerText();
    const portrait = await page.locator('.verdict img').count();
    faults.push(...seen);
    return { verdict, portrait };
  } finally {
    await camera.close();
  }
}

test(
  'a holder has documents and a verifier the trust data; then the network goes',
  { timeout: 120_000 },
  async () => {
    const { page } = holding;
    await page.goto(holder.address);
    await page.getByText('Română').click();
    await press(page, 'Încercați cu o persoană de probă');
    await page.locator('main ul button').first().click();
    await page.getByRole('button', { name: /^Primiți/ }).click();
    await page.getByLabel('PIN nou').fill(PIN);
    await page.getByRole('heading', { level: 1, name: 'Repetați PIN-ul' }).waitFor();
    await page.getByLabel('PIN repetat').fill(PIN);
    const received = page.getByRole('button', { name: 'Continuați', exact: true, disabled: false });
    await received.click({ timeout: 90_000 });
    await press(page, 'Arată și verifică');
    await press(page, 'Am înțeles');

    const verifying = await openPage(browser, { width: 1280 });
    await verifying.page.goto(verifier.address);
    await verifying.page.getByText('Română').click();
    await press(verifying.page, 'Doar verific documente');
    await press(verifying.page, 'Actualizați datele de încredere');
    await verifying.page.getByText(/^Listă din/).waitFor();
    await verifying.close();
    await state.stop();
  },
);

test('a still code is read from its film', { timeout: 90_000 }, async () => {
  const { page } = holding;
  await page.getByRole('link', { name: 'Documente', exact: true }).first().click();
  await page.locator('main li a').first().click();
  await press(page, 'Arată');
  await page.locator('canvas').waitFor();
  const film = join(folder, 'still.y4m');
  await makeFilm(film, await watch(page, 200), { seed: 3, seconds: 1 });

  const { verdict } = await whatIsSeen(film);

  assert.match(verdict, /^Autentic, dar nu s-a dovedit al acestei persoane/);
});

test('a moving code is read from its film, with the portrait', { timeout: 120_000 }, async () => {
  const { page } = holding;
  await page.getByText('Cu fotografie', { exact: true }).click();
  await press(page, 'Porniți codul');
  await page.locator('canvas').waitFor();
  const shown = await watch(page, 3000);
  assert.ok(shown.length > 20, `${shown.length} frames in three seconds`);
  const film = join(folder, 'moving.y4m');
  await makeFilm(film, shown, { seed: 4, seconds: 3 });

  const { verdict, portrait } = await whatIsSeen(film);

  assert.match(verdict, /^Autentic, dar nu s-a dovedit al acestei persoane/);
  assert.equal(portrait, 1);
});

/** Width of a window, and device pixels for each of its pixels. */
const WINDOWS = [
  [360, 3],
  [412, 2.625],
  [768, 2],
  [1280, 1],
];

test('a moving code is a fine, even pattern in every window, and flashes less than WCAG 2.3.1 admits', async (run) => {
  const { page } = holding;
  const session = await page.context().newCDPSession(page);
  for (const [width, deviceScaleFactor] of WINDOWS) {
    const metrics = { width, height: 800, deviceScaleFactor, mobile: false };
    await session.send('Emulation.setDeviceMetricsOverride', metrics);
    await page.waitForTimeout(500);
    const frames = await watch(page, 2500);
    assert.ok(frames.length > 15, `${frames.length} frames`);

    const { degrees, modules, means, balance } = measureFlashes(frames, frames[0].pixels);

    run.diagnostic(
      `${width} px × ${deviceScaleFactor}: ${JSON.stringify({ degrees, modules, means, balance })}`,
    );
    assert.ok(degrees < FINE_DEGREES, `modules of ${degrees}° at ${width} px`);
    assert.ok(modules < 0.25 && means < 0.25, `${modules}, ${means} of a field of 10° at ${width} px`);
    assert.ok(balance < 0.1, `a field changes by ${balance} at ${width} px`);
  }
});

test(
  'without leave for the camera the screen says so, and a text does as well',
  { timeout: 60_000 },
  async () => {
    const host = await startPageHost();
    const { page, close } = await openPage(browser, { width: 1280, camera: false });
    try {
      await page.goto(host.address('phase=unlocked&lang=ro', '#/scan'));
      const denied = page.getByRole('heading', { level: 2, name: 'Camera nu este permisă' });
      await denied.waitFor();
      assert.ok(!(await page.locator('video').isVisible()));
      await page.getByLabel('Textul unui cod').fill('bună ziua');
      await press(page, 'Citiți textul');
      await page.getByRole('heading', { level: 1, name: 'Text', exact: true }).waitFor();

      await press(page, 'Scanați alt cod');
      await denied.waitFor();
      await page.context().grantPermissions(['camera']);
      await press(page, 'Încercați din nou');
      await page.locator('video').waitFor();
    } finally {
      await close();
      host.stop();
    }
  },
);

test('nothing went wrong in any page on the way', () => {
  assert.deepEqual([...holding.faults, ...faults], []);
});
