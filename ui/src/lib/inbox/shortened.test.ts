import { expect, it } from 'vitest';
import { shortened } from './shortened';

it('keeps what is short, and cuts at the end of a word', () => {
  expect(shortened(' Pe scurt. ')).toBe('Pe scurt.');
  expect(shortened('Unu, doi, trei', 9)).toBe('Unu, doi…');
  expect(shortened('Neîntrerupt', 5)).toBe('Neînt…');
});

it('cuts no character in two', () => {
  expect(shortened('🏠🏠🏠', 2)).toBe('🏠🏠…');
});
