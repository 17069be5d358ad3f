import { expect, it } from 'vitest';
import type { DocumentState, DocumentSummaryView, ReminderView } from '$lib/api';
import { dueDocuments } from './due';

const document = (id: string, state: DocumentState): DocumentSummaryView => ({
  id,
  state,
  documentType: 'identity_card',
  familyName: '',
  givenName: '',
  number: null,
  validUntil: '2026-12-05',
  portrait: null,
  plate: null,
});
const reminder = (id: string, days: number, due = true): ReminderView => ({
  document: id,
  documentType: 'identity_card',
  endsOn: '2026-12-05',
  days,
  ahead: [],
  due,
});

it('names each document once, whether its state or a reminder asks for it', () => {
  const documents = [document('a', 'expires_soon'), document('b', 'valid'), document('c', 'valid')];
  const due = dueDocuments(documents, [reminder('a', 12), reminder('b', 60), reminder('c', 200, false)]);
  expect(due.map(({ document: { id }, days }) => [id, days])).toEqual([
    ['a', 12],
    ['b', 60],
  ]);
});

it('puts first what is over, then what ends soonest', () => {
  const documents = [
    document('a', 'valid'),
    document('b', 'expires_soon'),
    document('c', 'expired'),
    document('d', 'revoked'),
  ];
  const due = dueDocuments(documents, [reminder('a', 60), reminder('b', 12), reminder('c', -3)]);
  expect(due.map(({ document: { id } }) => id)).toEqual(['d', 'c', 'b', 'a']);
});

it('leaves a reminder alone whose document is not here', () => {
  expect(dueDocuments([], [reminder('gone', 5)])).toEqual([]);
});
