import { beforeEach, describe, expect, it } from 'vitest';
import { useLanguage } from '$lib/i18n/language';
import { disclosureSentence, phraseOf } from './disclosure';

/** What presets and challenges are made of; every subset of it is tried. */
const ELEMENTS = [
  'age_over_18',
  'age_over_21',
  'birth_date',
  'document_number',
  'driving_privileges',
  'expiry_date',
  'family_name',
  'given_name',
  'idnp',
  'plate_number',
  'portrait',
  'resident_address',
];

function subsets(): string[][] {
  return Array.from({ length: 2 ** ELEMENTS.length }, (_, bits) =>
    ELEMENTS.filter((_element, index) => ((bits >> index) & 1) === 1),
  );
}

describe.each(['ro', 'ru', 'en'] as const)('the sentence in %s', (language) => {
  beforeEach(() => useLanguage(language));

  it('names each element sent and no other, for every subset', () => {
    for (const subset of subsets().filter((candidate) => candidate.length > 1)) {
      const sentence = disclosureSentence(subset);
      for (const element of ELEMENTS) {
        const named = sentence.includes(phraseOf(element));
        if (named !== subset.includes(element)) {
          // A phrase may be part of another one's words only where that other one is there too.
          const other = subset.some((sent) => sent !== element && phraseOf(sent).includes(phraseOf(element)));
          expect(named && other, `${element} in «${sentence}»`).toBe(true);
        }
      }
    }
  });

  it('differs for every subset', () => {
    const sentences = new Set(subsets().map(disclosureSentence));
    expect(sentences.size).toBe(2 ** ELEMENTS.length);
  });

  it('does not depend on the order of the elements', () => {
    expect(disclosureSentence(['portrait', 'idnp'])).toBe(disclosureSentence(['idnp', 'portrait']));
  });
});

it('says the age alone in the words people know', () => {
  useLanguage('ro');
  expect(disclosureSentence(['age_over_18'])).toBe('Se vede doar că aveți peste 18 ani.');
});
