import { beforeAll, expect, it } from 'vitest';
import type { ActView, Fate } from '$lib/api';
import { useLanguage } from '$lib/i18n/language';
import { actName, groupActs } from './acts';

const act = (id: string, fate: Fate, change: Partial<ActView> = {}): ActView => ({
  id,
  at: '2026-11-21T07:40:00Z',
  kind: 'preference_sms_on',
  subject: null,
  topic: null,
  fate,
  error: null,
  reason: null,
  steps: [],
  ...change,
});

beforeAll(() => useLanguage('ro'));

it('puts apart what asks for an answer and what waits, and keeps the order in each', () => {
  const acts = [
    act('a', 'done'),
    act('b', 'waiting'),
    act('c', 'to_confirm'),
    act('d', 'sent'),
    act('e', 'waiting'),
    act('f', 'refused'),
    act('g', 'withdrawn'),
    act('h', 'superseded'),
  ];
  const { toConfirm, waiting, rest } = groupActs(acts);
  const ids = [toConfirm, waiting, rest].map((group) => group.map(({ id }) => id).join(''));
  expect(ids).toEqual(['c', 'be', 'adfgh']);
});

it.each<[Partial<ActView>, string]>([
  [{}, 'Pornirea scrisorilor prin SMS'],
  [{ kind: 'document_shown', subject: 'driving_licence' }, 'Document arătat · Permis de conducere'],
  [{ kind: 'topic_off', topic: 'fines' }, 'Oprirea anunțurilor · Amenzi'],
  [{ kind: 'never_heard_of', subject: 'never_heard_of' }, 'Acțiune'],
])('names an act of %o', (change, name) => {
  expect(actName(act('a', 'done', change))).toBe(name);
});
