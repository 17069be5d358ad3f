// Letters of the state: found, read, marked and taken back; links that leave the state; what announces itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCENES } from './fixtures/scenes.mjs';
import { stage } from './fixtures/stage.mjs';

const { at } = stage();
const scene = (query, hash) => ({ query: `phase=unlocked${query}`, hash });

const rows = (page) => page.locator('[data-letter]');
const row = (page, subject) => rows(page).filter({ hasText: subject });
const search = (page) => page.getByRole('searchbox', { name: 'Căutați în scrisori' });
const shelf = (page, name) => page.getByRole('group', { name: 'Ce scrisori se văd' }).getByText(name);
const toast = (page) => page.locator('.done');
const isFocused = (locator) => locator.and(locator.page().locator(':focus')).waitFor();
const FINE = 'Proces-verbal pentru depășirea vitezei';
const LICENCE = 'Permisul de conducere expiră curând';
const PINNED = 'Împuternicirea dată de Ion Ceban expiră';

test('letters stand by day under what is kept on top, and say that they were not read', () =>
  at(scene('', '#/inbox'), async (page) => {
    const pinned = page.getByRole('region', { name: 'Păstrate sus' });
    await pinned.getByText(PINNED).waitFor();
    assert.equal(await rows(page).count(), 9);
    assert.equal(await page.getByRole('link', { name: /^Necitită\./ }).count(), 3);
    await page.getByRole('link', { name: /Mai mult.*3 scrisori necitite/ }).waitFor();
  }));

test('a search forgives diacritics, says how much it found, and is cleared by one press', () =>
  at(scene('', '#/inbox'), async (page) => {
    await search(page).fill('imobiliare impozitul');
    await row(page, FINE).waitFor({ state: 'detached' });
    await page.getByRole('status').filter({ hasText: '1 rezultat' }).waitFor({ state: 'attached' });
    await search(page).fill('polita');
    await row(page, 'Polița medicală este activă').waitFor();
    await search(page).fill('balaur');
    await page.getByRole('heading', { name: 'Nu s-a găsit nicio scrisoare' }).waitFor();
    await page.getByRole('button', { name: 'Arătați toate scrisorile' }).click();
    await row(page, FINE).waitFor();
    assert.equal(await search(page).inputValue(), '');
  }));

test('shelves and topics show only what is asked for', () =>
  at(scene('', '#/inbox'), async (page) => {
    await shelf(page, 'Necitite (3)').click();
    await row(page, PINNED).waitFor({ state: 'detached' });
    assert.equal(await rows(page).count(), 3);
    await page.locator('summary').click();
    await page.getByRole('group', { name: 'Teme' }).getByText('Amenzi').click();
    await row(page, LICENCE).waitFor({ state: 'detached' });
    await page.getByText('Tema: Amenzi').waitFor();
    await shelf(page, 'Toate').click();
    await row(page, FINE).waitFor();
    assert.equal(await rows(page).count(), 1);
  }));

test('opening a letter marks it as read once, without a word, and back leads to where the person was', () =>
  at(scene('', '#/inbox'), async (page) => {
    await search(page).fill('conducere');
    await row(page, FINE).waitFor({ state: 'detached' });
    await row(page, LICENCE).click();
    await page.getByRole('heading', { level: 2, name: LICENCE }).waitFor();
    await page.getByRole('link', { name: /Mai mult.*2 scrisori necitite/ }).waitFor();
    assert.equal(await toast(page).count(), 0);
    await page.getByRole('button', { name: 'Marcați ca necitită' }).click();
    await toast(page).getByText('Scrisoarea s-a marcat ca necitită.').waitFor();
    await page.getByRole('button', { name: 'Marcați ca citită' }).waitFor();
    await page.getByRole('button', { name: 'Înapoi' }).click();
    await isFocused(row(page, LICENCE));
    assert.equal(await search(page).inputValue(), 'conducere');
  }));

test('a letter put away leaves the list, and comes back from the toast', () =>
  at(scene('', '#/inbox'), async (page) => {
    await row(page, FINE).click();
    await page.getByRole('button', { name: 'Puneți în arhivă' }).click();
    await isFocused(row(page, LICENCE));
    assert.equal(await row(page, FINE).count(), 0);
    await toast(page).getByRole('button', { name: 'Anulați' }).click();
    await row(page, FINE).waitFor();
    await toast(page).getByText('Acțiunea a fost anulată.').waitFor();
  }));

test('a letter is kept on top and let down again, and the acts are in words', () =>
  at(scene('', '#/letter/l3'), async (page) => {
    await page.getByRole('button', { name: 'Păstrați sus' }).click();
    await toast(page).getByText('Scrisoarea rămâne sus.').waitFor();
    await page.getByRole('button', { name: 'Nu mai păstrați sus' }).click();
    await page.getByRole('button', { name: 'Păstrați sus', exact: true }).waitFor();
    await page.goto(page.url().replace(/#.*/, '#/activity'));
    await page.getByText('Scrisori păstrate sus').waitFor();
    await page.getByText('Scrisori care nu mai stau sus').waitFor();
  }));

test('all are marked as read at once, the focus stays in the list, and Ctrl+Z takes it back', () =>
  at(scene('', '#/inbox'), async (page) => {
    await page.getByRole('button', { name: 'Marcați toate ca citite' }).click();
    await toast(page).getByText('3 scrisori s-au marcat ca citite.').waitFor();
    await isFocused(page.getByRole('radio', { name: 'Toate' }));
    assert.equal(await page.getByRole('link', { name: /^Necitită\./ }).count(), 0);
    await page.keyboard.press('Control+z');
    await page
      .getByRole('link', { name: /^Necitită\./ })
      .first()
      .waitFor();
    assert.equal(await page.getByRole('link', { name: /^Necitită\./ }).count(), 3);
  }));

test('a mark that could not be kept leaves the letter as it was, and says why', () =>
  at(SCENES['letter: not marked'], async (page) => {
    await page.getByRole('alert').filter({ hasText: 'Serviciul statului nu răspunde' }).waitFor();
    await page.getByRole('button', { name: 'Puneți în arhivă' }).waitFor();
  }));

test('a link of the state opens at once and shows where it leads', () =>
  at(scene('', '#/letter/l1'), async (page) => {
    await page.getByText('(mcabinet.gov.md)').waitFor();
    await page.getByRole('link', { name: 'dosarul contravenției' }).click();
    await toast(page).getByText('Pagina se deschide în navigator.').waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.match(page.url(), /#\/letter\/l1$/);
  }));

test('before a link that leaves the state the person is warned, and may stay', () =>
  at(scene('', '#/letter/l7'), async (page) => {
    const link = page.getByRole('link', { name: 'pagina primăriei' });
    await link.focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog', {
      name: 'Legătura iese din site-urile statului',
    });
    await sheet.getByText('chisinau.example', { exact: true }).waitFor();
    await sheet.getByText('Acest loc nu este al statului.', { exact: false }).waitFor();
    await sheet.getByRole('button', { name: 'Rămâneți aici' }).click();
    await sheet.waitFor({ state: 'hidden' });
    await isFocused(link);
    assert.equal(await toast(page).count(), 0);
    await link.click();
    await sheet.getByRole('button', { name: 'Deschideți oricum' }).click();
    await toast(page).getByText('Pagina se deschide în navigator.').waitFor();
  }));

test('a link that imitates the state is warned of more loudly', () =>
  at(SCENES['letter: look-alike link'], async (page) => {
    const sheet = page.getByRole('dialog');
    await sheet.getByText('mcabinet-gov.md.example', { exact: true }).waitFor();
    await sheet.getByText('Așa se fac înșelătoriile.', { exact: false }).waitFor();
    await sheet.locator('.danger').waitFor();
  }));

test('a file says where it was saved, and a changed one that it was not', () =>
  at(scene('', '#/letter/l1'), async (page) => {
    await page.getByText('Document · 244 kB').waitFor();
    await page.getByRole('button', { name: 'Salvați: Proces-verbal nr. 482.pdf' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: '/home/e/Downloads/Proces-verbal nr. 482.pdf' })
      .waitFor();
    await page.getByRole('button', { name: 'Salvați: Dosar.zip' }).click();
    await page.getByRole('alert').filter({ hasText: 'nu este cel despre care spune scrisoarea' }).waitFor();
  }));

test('the text has its own language, and the lists and headings it is read with', () =>
  at(
    scene('', '#/letter/l1'),
    async (page) => {
      const text = page.locator('article div[lang]');
      assert.equal(await text.getAttribute('lang'), 'ro');
      assert.equal(await page.getByRole('heading', { level: 2, name: FINE }).getAttribute('lang'), 'ro');
      await text.getByRole('heading', { level: 3, name: 'Ce puteți face' }).waitFor();
      assert.equal(await text.getByRole('listitem').count(), 3);
    },
    { language: 'ru' },
  ));

test('a letter leads to the document it is about', () =>
  at(SCENES['letter: about a document'], async (page) => {
    await page.getByRole('button', { name: 'Vedeți: Permis de conducere' }).click();
    await page.getByRole('heading', { level: 1, name: 'Permis de conducere' }).waitFor();
  }));

test('the keyboard alone goes through the list, opens a letter beside it and puts it away', () =>
  at(
    scene('', '#/inbox'),
    async (page) => {
      await row(page, PINNED).focus();
      await page.keyboard.press('ArrowDown');
      await isFocused(row(page, FINE));
      await page.keyboard.press('End');
      await page.keyboard.press('Home');
      await isFocused(row(page, PINNED));
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 2, name: FINE }).waitFor();
      assert.equal(await row(page, FINE).getAttribute('aria-current'), 'true');
      await page.getByRole('button', { name: 'Puneți în arhivă' }).focus();
      await page.keyboard.press('Enter');
      await isFocused(row(page, LICENCE));
      await page.getByRole('heading', { name: 'Alegeți o scrisoare' }).waitFor();
    },
    { width: 1280 },
  ));

test('on the shelf of unread letters one that was read stays while the person is there', () =>
  at(
    scene('', '#/inbox'),
    async (page) => {
      await shelf(page, 'Necitite (3)').click();
      await row(page, PINNED).waitFor({ state: 'detached' });
      await row(page, LICENCE).click();
      await shelf(page, 'Necitite (2)').waitFor();
      await row(page, LICENCE).waitFor();
      assert.ok(!(await row(page, LICENCE).innerText()).includes('Necitită'));
    },
    { width: 1280 },
  ));

test('a long list goes on by scrolling, to its end', () =>
  at(scene('&long', '#/inbox'), async (page) => {
    assert.ok((await rows(page).count()) <= 51);
    await rows(page).last().scrollIntoViewIfNeeded();
    await rows(page).nth(90).waitFor();
    await page.getByRole('button', { name: 'Arătați mai multe' }).waitFor({ state: 'detached' });
  }));

test('what was never asked for is asked for by one press', () =>
  at(SCENES['inbox: not known'], async (page) => {
    assert.equal(await search(page).count(), 0);
    await page.getByRole('button', { name: 'Actualizați acum' }).click();
    await row(page, FINE).waitFor();
  }));

test('without a connection what is held can be read, and its age is said', () =>
  at(SCENES['inbox: offline'], async (page) => {
    await page.getByText('Fără conexiune. Lista este cea de acum 2 minute.').waitFor();
    await row(page, FINE).click();
    await page.getByRole('heading', { level: 2, name: FINE }).waitFor();
  }));

test('home shows the latest three and what ends soon, each document once', () =>
  at(scene('', '#/home'), async (page) => {
    const letters = page.getByRole('region', { name: '3 scrisori necitite' });
    await letters.locator('[data-letter]').nth(2).waitFor();
    assert.equal(await letters.locator('[data-letter]').count(), 3);
    const due = page.getByRole('region', { name: 'De făcut' });
    await due.getByRole('button', { name: 'Arătați toate 4' }).click();
    await due.getByText(/^Expiră peste (59|60) de zile, pe /).waitFor();
    assert.equal(await due.getByText('Permis de conducere').count(), 1);
    await letters.getByRole('link', { name: 'Toate scrisorile' }).click();
    await page.getByRole('heading', { level: 1, name: 'Notificări' }).waitFor();
  }));

test('the end of a document is saved for a calendar', () =>
  at(scene('', '#/document/d1'), async (page) => {
    await page.getByRole('button', { name: 'Adăugați în calendar' }).click();
    await page.getByRole('status').filter({ hasText: 'acasa-permis.ics' }).waitFor();
  }));

const calendar = (page) => page.getByRole('button', { name: 'Adăugați în calendar' });

test('while a file is being saved its button says so and takes no second press, and then has the focus', () =>
  at(scene('&delay=1500', '#/document/d1'), async (page) => {
    await calendar(page).press('Enter');
    await page.locator('button[aria-busy=true][aria-disabled=true]').filter({ hasText: 'Adăugați în calendar' }).waitFor();
    assert.equal(await page.getByText('acasa-permis.ics').count(), 0);
    await page.getByRole('status').filter({ hasText: 'acasa-permis.ics' }).waitFor();
    await isFocused(calendar(page));
    assert.equal(await calendar(page).getAttribute('aria-busy'), 'false');
  }));

test('a file that could not be saved says why and is tried again, without the focus being lost', () =>
  at(scene('&fail=reminders_save', '#/document/d1'), async (page) => {
    await calendar(page).press('Enter');
    const failed = page.getByRole('alert').filter({ hasText: 'Serviciul statului nu răspunde' });
    await failed.waitFor();
    await isFocused(calendar(page));
    await failed.getByRole('button', { name: 'Încercați din nou' }).press('Enter');
    await failed.waitFor();
    await isFocused(calendar(page));
    assert.equal(await page.getByText('acasa-permis.ics').count(), 0);
    assert.ok(await calendar(page).isEnabled());
  }));

const announces = (page, name) => page.getByRole('switch', { name, exact: true });

test('a topic is turned off for all devices and taken back; one that protects the person cannot be', () =>
  at(scene('', '#/settings/announcements'), async (page) => {
    await announces(page, 'Amenzi').uncheck();
    await page.getByText('Se trimite', { exact: true }).waitFor();
    await toast(page).getByRole('button', { name: 'Anulați' }).click();
    await page.getByText('Se trimite', { exact: true }).waitFor({ state: 'detached' });
    assert.ok(await announces(page, 'Amenzi').isChecked());
    assert.ok(await announces(page, 'Siguranța contului și a datelor').isDisabled());
    await page.getByText('Nu se poate opri: vă apără contul și datele.').waitFor();
    await page.goto(page.url().replace(/#.*/, '#/activity'));
    await page.getByText('Oprirea anunțurilor · Amenzi').waitFor();
  }));

test('quiet hours begin with a night, are changed, checked, and turned off', () =>
  at(scene('', '#/settings/announcements'), async (page) => {
    await announces(page, 'Ore de liniște').check();
    const from = page.getByLabel('De la', { exact: true });
    const until = page.getByLabel('Până la', { exact: true });
    assert.deepEqual([await from.inputValue(), await until.inputValue()], ['22:00', '07:00']);
    const save = page.locator('form').filter({ has: from }).getByRole('button', { name: 'Salvați' });
    assert.ok(await save.isDisabled());
    await from.fill('07:00');
    await save.click();
    await page.getByText('încep și se termină la ore diferite', { exact: false }).waitFor();
    assert.equal(await until.getAttribute('aria-invalid'), 'true');
    await from.fill('23:30');
    await save.click();
    await toast(page).getByText('Alegerea s-a păstrat.').waitFor();
    assert.ok(await save.isDisabled());
    await announces(page, 'Ore de liniște').uncheck();
    await from.waitFor({ state: 'detached' });
  }));

test('a device that announces nothing has no quiet hours, and the topics stay', () =>
  at(scene('', '#/settings/announcements'), async (page) => {
    await announces(page, 'Anunță scrisorile').uncheck();
    await announces(page, 'Ore de liniște').waitFor({ state: 'detached' });
    assert.ok(await announces(page, 'Amenzi').isEnabled());
  }));
