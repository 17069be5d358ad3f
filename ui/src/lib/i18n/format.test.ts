import { beforeEach, expect, it } from 'vitest';
import {
  formatAgo,
  formatCountdown,
  formatCountry,
  formatDate,
  formatList,
  formatTime,
  formatUntil,
} from './format';
import { guessLanguage, useLanguage } from './language';

beforeEach(() => useLanguage('ro'));

it('writes a date as the language does', () => {
  expect(formatDate('2026-11-21')).toBe('21\u00a0noiembrie 2026');
  useLanguage('ru');
  expect(formatDate('2026-11-21')).toBe('21\u00a0ноября 2026\u00a0г.');
});

it('leaves what is no date as it stands', () => {
  expect(formatDate('for ever')).toBe('for ever');
  expect(formatDate('2026-99-99')).toBe('2026-99-99');
});

it('tells moments in the time of Chișinău', () => {
  useLanguage('en');
  expect(formatTime('2026-11-21T22:30:00Z')).toBe('22\u00a0November 2026 at 00:30');
});

it('tells how long ago in the largest unit that fits', () => {
  expect(formatAgo(125)).toBe('acum 2 minute');
  expect(formatAgo(3)).toBe('acum');
});

it('counts down in minutes and seconds', () => {
  expect(formatCountdown(64.2)).toBe('1:05');
  expect(formatCountdown(-1)).toBe('0:00');
});

it('joins a list as the language does', () => {
  expect(formatList(['nume', 'prenume'])).toBe('nume și prenume');
});

it('guesses the first language of the system that there are words for', () => {
  expect(guessLanguage(['de-DE', 'ru-RU', 'en-US'])).toBe('ru');
  expect(guessLanguage(['de'])).toBe('ro');
});

it('calls a validity without end by its name', () => {
  expect(formatUntil('9999-12-31')).toBe('fără termen');
  expect(formatUntil('2030-01-02')).toBe('2\u00a0ianuarie 2030');
});

it('names a country and leaves what is no code of one', () => {
  expect(formatCountry('CA')).toBe('Canada');
  useLanguage('ru');
  expect(formatCountry('MD')).toBe('Молдова');
  expect(formatCountry('Republica Moldova')).toBe('Republica Moldova');
});
