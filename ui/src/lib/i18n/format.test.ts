import { beforeEach, expect, it } from 'vitest';
import {
  dayOf,
  formatAgo,
  formatBytes,
  formatCountdown,
  formatCountry,
  formatDate,
  formatHour,
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

it.each([
  [0, '1 kB'],
  [912, '1 kB'],
  [243_810, '244 kB'],
  [999_400, '999 kB'],
  [1_873_000, '1,9 MB'],
  [25_000_000, '25 MB'],
  [3_200_000_000, '3,2 GB'],
])('writes a size of %i bytes as %s', (bytes, written) => {
  expect(formatBytes(bytes).replace('\u00a0', ' ')).toBe(written);
});

it('writes a size in the units of the language', () => {
  useLanguage('ru');
  expect(formatBytes(1_873_000).replace('\u00a0', ' ')).toBe('1,9 МБ');
});

it('tells the day and the hour of a moment in Chișinău', () => {
  expect(dayOf('2026-11-21T22:30:00Z')).toBe('2026-11-22');
  expect(formatHour('2026-11-21T22:30:00Z')).toBe('00:30');
  expect(dayOf('for ever')).toBe('for ever');
  expect(formatHour('for ever')).toBe('');
});
