import { beforeEach, expect, it } from 'vitest';
import { useLanguage } from '$lib/i18n/language';
import { detailWords, errorWords, fieldName, fieldValue } from './words';

beforeEach(() => useLanguage('ro'));

it('names a datum of a code, of a list too, and never by its raw path alone', () => {
  expect(fieldName({ name: 'government', value: '' })).toBe('Domeniu al statului');
  expect(fieldName({ name: 'phones.2', value: '' })).toBe('Telefon');
  expect(fieldName({ name: 'CdtrName', value: '' })).toBe('Beneficiar');
  expect(fieldName({ name: '26.00', value: '' })).toBe('Câmpul 26.00');
});

it('says yes and no, and the form, in words', () => {
  expect(fieldValue({ name: 'government', value: 'true' })).toBe('Da');
  expect(fieldValue({ name: 'signed', value: 'false' })).toBe('Nu');
  expect(fieldValue({ name: 'form', value: 'challenge' })).toBe('solicitare');
  expect(fieldValue({ name: 'name', value: 'challenge' })).toBe('challenge');
});

it('has words for what a code is wrong in and for what a check found', () => {
  expect(errorWords('too_long')).toBe('Este mai lung decât poate fi un cod.');
  for (const code of [
    'clocks_agree_person_not_proved',
    'not_an_sd_jwt',
    'digest_mismatch',
    'no_status_list',
  ]) {
    expect(detailWords(code), code).not.toMatch(/^$|_/);
  }
  expect(detailWords('never_heard_of')).toBe('');
});
