import { expect, it } from 'vitest';
import { readHour, readHours } from './hours';

it.each([
  ['22:00', '22:00'],
  [' 7:05 ', '07:05'],
  ['07.30', '07:30'],
  ['7', '07:00'],
  ['00:00', '00:00'],
  ['24:00', undefined],
  ['7:60', undefined],
  ['7:5', undefined],
  ['-1:00', undefined],
  ['seara', undefined],
  ['', undefined],
])('reads %j as the time %s', (text, time) => {
  expect(readHour(text)).toBe(time);
});

it('takes hours that go past midnight', () => {
  expect(readHours('22', '7')).toEqual({ hours: { from: '22:00', until: '07:00' } });
});

it('says which of the two is no time, and that they may not be the same', () => {
  expect(readHours('x', '7')).toEqual({ fault: 'from' });
  expect(readHours('22', '')).toEqual({ fault: 'until' });
  expect(readHours('7:00', '07.00')).toEqual({ fault: 'same' });
});
