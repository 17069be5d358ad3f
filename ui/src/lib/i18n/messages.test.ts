import { describe, expect, it } from 'vitest';
import errorWords from 'words:error';
import en from '../../../../messages/en.json';
import ro from '../../../../messages/ro.json';
import ru from '../../../../messages/ru.json';
import { m, wordsFor } from './messages';
import { useLanguage } from './language';

type Message = string | { match: Record<string, string> }[];
const files = { ro, ru, en } as unknown as Record<string, Record<string, Message>>;
const FORMS: Record<string, string[]> = {
  ro: ['one', 'few', 'other'],
  ru: ['one', 'few', 'many', 'other'],
  en: ['one', 'other'],
};

describe.each(Object.entries(files))('the messages in %s', (language, messages) => {
  it('have every plural form of the language', () => {
    for (const [key, message] of Object.entries(messages)) {
      if (typeof message === 'string') continue;
      const forms = Object.keys(message[0]?.match ?? {}).map((form) => form.split('=')[1]);
      expect(forms, key).toEqual(FORMS[language]);
    }
  });

  it('never shout', () => {
    for (const [key, message] of Object.entries(messages)) {
      expect(JSON.stringify(message), key).not.toContain('!');
    }
  });
});

it('takes the plural form of the number', () => {
  useLanguage('ru');
  expect([1, 3, 5, 21].map((count) => m.copies_left({ count }))).toEqual([
    '1 новая копия',
    '3 новые копии',
    '5 новых копий',
    '21 новая копия',
  ]);
  useLanguage('ro');
  expect([1, 3, 20].map((count) => m.copies_left({ count }))).toEqual([
    '1 copie nefolosită',
    '3 copii nefolosite',
    '20 de copii nefolosite',
  ]);
});

it('has a sentence for a code that is newer than the messages', () => {
  useLanguage('en');
  expect(wordsFor(errorWords, 'never_heard_of', m.error_unknown)).toBe(m.error_unknown());
});

it('has words for the codes of messages and for nothing else an object has', () => {
  useLanguage('ro');
  expect(wordsFor(errorWords, 'vault_wrong_secret', m.error_unknown)).toBe(m.error_vault_wrong_secret());
  expect(wordsFor(errorWords, 'constructor', m.error_unknown)).toBe(m.error_unknown());
  expect(Object.keys(errorWords).length).toBe(
    Object.keys(ro).filter((key) => key.startsWith('error_')).length,
  );
});
