import type { FoundFieldView } from '$lib/api';
import { m, wordsFor } from '$lib/i18n/messages';
import names from 'words:code';
import faults from 'words:code_error';
import details from 'words:detail';
import failures from 'words:error';
import forms from 'words:form';
import reasons from 'words:reason';

/** What a datum of a code is called: by its whole path, else by the last part of it that has words. */
export function fieldName(field: FoundFieldView): string {
  const parts = field.name
    .toLowerCase()
    .split('.')
    .filter((part) => !/^\d+$/.test(part));
  const tries = [parts.join('_'), ...parts.toReversed()];
  for (const name of tries) {
    const words = name === '' ? '' : wordsFor(names, name, () => '');
    if (words !== '') return words;
  }
  return m.code_other({ name: field.name });
}

/** What it says: yes and no, and the few values that are words of the format and not of whoever made the code. */
export function fieldValue(field: FoundFieldView): string {
  if (field.value === 'true') return m.yes();
  if (field.value === 'false') return m.no();
  return ['form', 'signature', 'request'].includes(field.name)
    ? wordsFor(forms, field.value, () => field.value)
    : field.value;
}

/** What a code is wrong in. */
export function errorWords(code: string): string {
  return wordsFor(faults, code, () => wordsFor(failures, code, m.found_broken_body));
}

/** What a check found; nothing where there are no words for it. */
export function detailWords(detail: string | null): string {
  if (detail === null) return '';
  return wordsFor(details, detail, () => wordsFor(reasons, detail, () => ''));
}
