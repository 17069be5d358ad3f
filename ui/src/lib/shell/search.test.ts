import { expect, it } from 'vitest';
import { matches } from './search';

it('forgives missing diacritics and case', () => {
  expect(matches('Ștefan Țurcanu', 'stefan turc')).toBe(true);
});

it('wants every word', () => {
  expect(matches('Permis de conducere', 'permis auto')).toBe(false);
});

it('finds everything for an empty query', () => {
  expect(matches('Setări', '  ')).toBe(true);
});
