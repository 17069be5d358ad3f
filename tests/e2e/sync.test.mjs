// Acts on what is shared with the state: kept first, taken back, confirmed, and how it stands with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCENES } from './fixtures/scenes.mjs';
import { stage } from './fixtures/stage.mjs';

const { at } = stage();
const scene = (query, hash) => ({ query: `phase=unlocked${query}`, hash });

const channel = (page, name) => page.getByRole('switch', { name, exact: true });
const toast = (page) => page.locator('.done');
const isFocused = (locator) => locator.and(locator.page().locator(':focus')).waitFor();

test('a change of how letters arrive shows at once that it waits, and is undone from the toast', () =>
  at(scene('', '#/settings'), async (page) => {
    await channel(page, 'SMS').uncheck();
    await page.getByText('Se trimite', { exact: true }).waitFor();
    await toast(page).getByRole('button', { name: 'Anulați' }).click();
    await page.getByText('Se trimite', { exact: true }).waitFor({ state: 'detached' });
    assert.ok(await channel(page, 'SMS').isChecked());
    await toast(page).getByText('Acțiunea a fost anulată.').waitFor();
  }));

test('the keyboard undoes it from where it stands', () =>
  at(scene('', '#/settings'), async (page) => {
    await channel(page, 'Viber').focus();
    await page.keyboard.press('Space');
    await page.getByText('Se trimite', { exact: true }).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText('Se trimite', { exact: true }).waitFor({ state: 'detached' });
    assert.ok(!(await channel(page, 'Viber').isChecked()));
    assert.equal(await toast(page).getByRole('button').count(), 0);
  }));

test('an undo that comes too late says so and shows what is so', () =>
  at(scene('&fail=activity_undo', '#/settings'), async (page) => {
    await channel(page, 'SMS').uncheck();
    await toast(page).getByRole('button', { name: 'Anulați' }).click();
    await page.locator('.done.failed').waitFor();
    assert.ok(!(await channel(page, 'SMS').isChecked()));
  }));

test('a toast with a way back stays while it has the focus, and gives it back', () =>
  at(
    scene('', '#/settings'),
    async (page) => {
      await channel(page, 'SMS').uncheck();
      await toast(page).getByRole('button').focus();
      await page.clock.runFor(20_000);
      await channel(page, 'SMS').focus();
      await page.clock.runFor(9_000);
      assert.equal(await toast(page).count(), 1);
      await toast(page).getByRole('button').press('Enter');
      await isFocused(channel(page, 'SMS'));
      await page.clock.runFor(6_000);
      assert.equal(await toast(page).count(), 0);
    },
    { clock: true },
  ));

test('the last way a letter can arrive cannot be turned off', () =>
  at(scene('', '#/settings'), async (page) => {
    await channel(page, 'E-mail').uncheck();
    await channel(page, 'SMS').uncheck();
    await channel(page, 'În aplicație').click();
    await page.getByRole('alert').filter({ hasText: 'Cel puțin o cale' }).waitFor();
    assert.ok(await channel(page, 'În aplicație').isChecked());
    await channel(page, 'Viber').check();
    await page.getByRole('alert').filter({ hasText: 'Cel puțin o cale' }).waitFor({ state: 'detached' });
  }));

test('a change that could not be kept leaves what was so, and says why', () =>
  at(scene('&fail=notices_prefer', '#/settings'), async (page) => {
    await channel(page, 'SMS').click();
    const language = page.getByRole('group', { name: 'Limba scrisorilor' });
    await language.getByText('English').click();
    await page.getByRole('alert').waitFor();
    assert.ok(await channel(page, 'SMS').isChecked());
    assert.ok(await language.getByRole('radio', { name: 'Română' }).isChecked());
  }));

test('an act waits under its own heading, is undone there, and the focus goes on to the next', () =>
  at(scene('&sync=waiting', '#/activity'), async (page) => {
    const waiting = page.getByRole('region', { name: 'Așteaptă să fie trimise' });
    assert.equal(await waiting.getByRole('listitem').count(), 3);
    await waiting.getByRole('button', { name: 'Anulați: Oprirea scrisorilor prin SMS' }).click();
    await isFocused(waiting.getByRole('listitem').filter({ hasText: 'Schimbarea limbii scrisorilor' }));
    assert.equal(await waiting.getByRole('listitem').count(), 2);
    await page.getByRole('listitem').filter({ hasText: 'Oprirea scrisorilor prin SMS' }).getByText('Anulat').waitFor();
  }));

test('of the acts a backup brought back one is sent and another let go', () =>
  at(scene('&sync=restored', '#/home'), async (page) => {
    await page.getByRole('link', { name: /^3 acțiuni de confirmat/ }).click();
    const asked = page.getByRole('region', { name: 'De confirmat' });
    await asked.getByRole('button', { name: 'Trimiteți: Oprirea scrisorilor prin SMS' }).click();
    await asked.getByRole('button', { name: 'Renunțați: Schimbarea limbii scrisorilor' }).click();
    await page
      .getByRole('region', { name: 'Așteaptă să fie trimise' })
      .getByText('Oprirea scrisorilor prin SMS')
      .waitFor();
    assert.equal(await asked.getByRole('listitem').count(), 1);
  }));

const SENT = 'Pornirea scrisorilor prin e-mail';

test('what was sent is withdrawn by a new act that waits, and the focus stays with what it sets back', () =>
  at(SCENES['activity: waiting and answered'], async (page) => {
    const sent = page.getByRole('listitem').filter({ hasText: SENT });
    await sent.getByRole('button', { name: `Retrageți: ${SENT}` }).press('Enter');
    await toast(page).getByText('Retragerea acțiunii se va trimite.').waitFor();
    await isFocused(sent);
    const waiting = page.getByRole('region', { name: 'Așteaptă să fie trimise' });
    await waiting.getByText('Oprirea scrisorilor prin e-mail').waitFor();
  }));

test('a withdrawal that could not be made says why, and the focus stays with the act it is still offered for', () =>
  at(scene('&sync=refused&fail=activity_withdraw', '#/activity'), async (page) => {
    const sent = page.getByRole('listitem').filter({ hasText: SENT });
    await sent.getByRole('button', { name: `Retrageți: ${SENT}` }).press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Serviciul statului nu răspunde' }).waitFor();
    await isFocused(sent);
    assert.ok(await sent.getByRole('button', { name: `Retrageți: ${SENT}` }).isEnabled());
    assert.equal(await page.getByText('se va trimite').count(), 0);
  }));

test('of each act those steps are offered that the app names, and no others', () =>
  at(SCENES['activity: waiting and answered'], async (page) => {
    const steps = page.locator('[data-act]').getByRole('button');
    const names = await steps.evaluateAll((found) => found.map((step) => step.getAttribute('aria-label')));
    assert.deepEqual(names, [
      'Anulați: Pornirea scrisorilor prin Viber',
      'Anulați: Oprirea scrisorilor prin SMS',
      'Anulați: Schimbarea limbii scrisorilor',
      `Retrageți: ${SENT}`,
    ]);
  }));

test('an app that is too old to act saves what was not sent', () =>
  at(scene('&sync=waiting&hindrance=app_too_old', '#/activity'), async (page) => {
    await page.getByRole('button', { name: 'Mergeți la documente' }).click();
    await page.goto(page.url().replace(/#.*/, '#/activity'));
    await page.getByRole('button', { name: 'Salvați-le într-un fișier' }).click();
    await page.getByText(/S-au salvat în .*acțiuni netrimise\.json/).waitFor();
  }));

test('a refusal says what to do, with the words of the state', () =>
  at(SCENES['activity: waiting and answered'], async (page) => {
    const row = page.getByRole('listitem').filter({ hasText: 'Pornirea scrisorilor prin SMS' });
    await row.getByText('Refuzat').waitFor();
    await row.getByText(/faceți-o din nou/).waitFor();
    await row.getByText(/Statul spune: „Numărul de telefon/).waitFor();
    assert.equal(await row.getByRole('button').count(), 0);
  }));

for (const width of [360, 1280]) {
  test(`the chip opens its sheet by keyboard and gets the focus back, at ${width} px`, () =>
    at(
      scene('&sync=waiting', '#/home'),
      async (page) => {
        const chip = page.getByRole('button', { name: '3 acțiuni așteaptă' });
        await chip.focus();
        await page.keyboard.press('Enter');
        const sheet = page.getByRole('dialog', { name: 'Legătura cu statul' });
        await sheet.getByRole('link', { name: /^3 acțiuni așteaptă/ }).waitFor();
        await page.keyboard.press('Escape');
        await sheet.waitFor({ state: 'hidden' });
        await isFocused(chip);
      },
      { width },
    ));
}

test('updating from the sheet sends what waits, and every screen knows', () =>
  at(scene('&letters=waiting', '#/settings'), async (page) => {
    await page.setViewportSize({ width: 1280, height: 860 });
    assert.equal(await page.getByText('Se trimite', { exact: true }).count(), 2);
    await page.getByRole('button', { name: '2 acțiuni așteaptă' }).click();
    const sheet = page.getByRole('dialog', { name: 'Legătura cu statul' });
    await sheet.getByRole('button', { name: 'Actualizați acum' }).click();
    await sheet.getByRole('status').filter({ hasText: 'Totul este trimis și primit.' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Se trimite', { exact: true }).first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'La zi acum' }).waitFor();
  }));

test('without a connection the sheet says why it could not, and what waits is kept', () =>
  at(SCENES['connection: offline'], async (page) => {
    await page.getByRole('alert').filter({ hasText: 'Nu există conexiune' }).waitFor();
    await page.getByRole('dialog').getByRole('link', { name: /^3 acțiuni așteaptă/ }).waitFor();
  }));

for (const name of ['connection: sign_in', 'connection: suspended']) {
  test(`${name} leads to signing in`, () =>
    at(SCENES[name], async (page) => {
      const sheet = page.getByRole('dialog');
      assert.equal(await sheet.getByRole('button', { name: 'Actualizați acum' }).count(), 0);
      await sheet.getByRole('button', { name: 'Intrați din nou în cont' }).click();
      await page.locator('.enrol').waitFor();
    }));
}

test('what takes a moment is not said, what takes longer is', () =>
  at(
    scene('&sync=arriving', '#/home'),
    async (page) => {
      await page.clock.runFor(1_100);
      await page.getByRole('button', { name: 'Se actualizează…' }).click();
      await page.getByRole('dialog').getByText('Au sosit 12.480 de înregistrări').waitFor();
    },
    { clock: true },
  ));

test('the letters of the state are found by Ctrl+K', () =>
  at(SCENES.home, async (page) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('scrisorile');
    await page.getByRole('dialog').getByRole('link', { name: /Scrisorile statului/ }).click();
    await isFocused(page.getByRole('radio', { name: 'Română' }).last());
  }));
