import { formatList } from '$lib/i18n/format';
import { m, wordsFor } from '$lib/i18n/messages';
import disclosureOnlyWords from 'words:disclosure_only';
import phraseWords from 'words:phrase';
import { elementName } from './words';

/**
 * The plain sentence beside a shown code, made from the elements that are sent: nothing is left out and nothing
 * added. Different sets give different sentences.
 */
export function disclosureSentence(elements: readonly string[]): string {
  const unique = [...new Set(elements)].sort();
  if (unique.length === 0) return m.disclosure_nothing();
  if (unique.length === 1) {
    const only = wordsFor(disclosureOnlyWords, unique[0] ?? '', () => '');
    if (only) return only;
  }
  return m.disclosure_list({ list: formatList(unique.map(phraseOf)) });
}

/** What one element tells, as it stands inside the sentence. */
export function phraseOf(element: string): string {
  return wordsFor(phraseWords, element, () => {
    const name = elementName(element);
    const [first = '', second = ''] = name;
    const acronym = second !== '' && second === second.toLocaleUpperCase() && /\p{L}/u.test(second);
    return acronym ? name : first.toLocaleLowerCase() + name.slice(first.length);
  });
}
