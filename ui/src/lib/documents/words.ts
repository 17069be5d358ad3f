import type { DocumentState, DocumentSummaryView, DocumentType } from '$lib/api';
import { m, wordsFor } from '$lib/i18n/messages';
import documentStateWords from 'words:document_state';
import documentTypeWords from 'words:document_type';
import elementWords from 'words:element';

/** What a kind of document is called. */
export function documentName(type: DocumentType): string {
  return wordsFor(documentTypeWords, type, m.document_type_other);
}

/** What a state is called. */
export function stateName(state: DocumentState): string {
  return wordsFor(documentStateWords, state, m.document_state_valid);
}

/** What a datum is called: known ones in the language, others as they are named in the document. */
export function elementName(key: string): string {
  return wordsFor(elementWords, key, () => key.replaceAll('_', ' '));
}

/** The name on a card: a vehicle goes by its plate. */
export function titleOf(document: DocumentSummaryView): string {
  return document.plate ?? `${document.givenName} ${document.familyName}`.trim();
}

/** A number with all but its last three characters hidden. */
export function masked(number: string): string {
  return number.length <= 3 ? '•••' : '•'.repeat(number.length - 3) + number.slice(-3);
}
