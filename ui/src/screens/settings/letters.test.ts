import { expect, it } from 'vitest';
import type { ConnectionView, NoticePreferenceChange, NoticePreferencesView } from '$lib/api';
import { useLanguage } from '$lib/i18n/language';
import { isLastChannel, waitingWords } from './letters';

const view: NoticePreferencesView = {
  language: 'ro',
  email: true,
  sms: false,
  viber: false,
  app: false,
  waiting: [],
  known: true,
  act: null,
};

it.each<[Partial<NoticePreferencesView>, NoticePreferenceChange, boolean]>([
  [{}, { email: false }, true],
  [{ app: true }, { email: false }, false],
  [{}, { sms: true }, false],
  [{}, { language: 'ru' }, false],
  [{ email: false }, { language: 'ru' }, false],
])('with %o, a change %o leaves no channel: %s', (is, change, last) => {
  expect(isLastChannel({ ...view, ...is }, change)).toBe(last);
});

it.each<[Partial<ConnectionView> | undefined, string]>([
  [undefined, 'Se trimite'],
  [{ online: true }, 'Se trimite'],
  [{ online: false }, 'Se va trimite când aveți internet'],
  [{ online: false, signInNeeded: true }, 'Se va trimite după ce intrați din nou'],
])('of what waits with the connection %o it is said: %s', (connection, words) => {
  useLanguage('ro');
  expect(waitingWords(connection as ConnectionView | undefined)).toBe(words);
});
