import type { DocumentSummaryView, ReminderView } from '$lib/api';

/** A document with which something is to be done. */
export interface DueDocument {
  document: DocumentSummaryView;
  /** Days until it ends, where the device reminds of that. */
  days: number | undefined;
}

/**
 * Documents that are not valid, and those whose day to be reminded has come: each once. First those that ask for
 * something today, then those that end, the soonest first.
 */
export function dueDocuments(documents: DocumentSummaryView[], reminders: ReminderView[]): DueDocument[] {
  const ends = new Map(reminders.filter(({ due }) => due).map(({ document, days }) => [document, days]));
  const due = documents
    .map((document) => ({ document, days: ends.get(document.id) }))
    .filter(({ document, days }) => document.state !== 'valid' || days !== undefined);
  const rank = ({ days }: DueDocument): number => (days === undefined ? -1 : Math.max(days, 0));
  return due.sort((one, other) => rank(one) - rank(other));
}
