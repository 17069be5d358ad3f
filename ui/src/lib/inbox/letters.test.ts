import { beforeEach, expect, it, vi } from 'vitest';
import { connect, type InboxQuery, type InboxView, type NoticeRow } from '$lib/api';
import { Letters } from './letters.svelte';

const row = (id: string, change: Partial<NoticeRow> = {}): NoticeRow => ({
  id,
  sentAt: `2026-11-${id.padStart(2, '0')}T08:00:00Z`,
  source: '',
  topic: 'other',
  urgent: false,
  subject: '',
  preview: '',
  read: false,
  archived: false,
  pinned: false,
  waiting: false,
  attachments: 0,
  ...change,
});
const view = (ids: string[], next: string | null = null): InboxView => ({
  pinned: [],
  notices: ids.map((id) => row(id)),
  next,
  unread: 0,
  topics: [],
  known: true,
});

let answer: (query: InboxQuery) => Promise<InboxView>;
const asked: InboxQuery[] = [];
beforeEach(async () => {
  asked.length = 0;
  const send = async (_: string, query: object): Promise<unknown> => {
    asked.push(query as InboxQuery);
    return answer(query as InboxQuery);
  };
  await connect({ send, sendRaw: send });
});

const ids = (letters: Letters): string => (letters.list.value?.notices ?? []).map(({ id }) => id).join(' ');
const settled = (letters: Letters): Promise<void> =>
  vi.waitFor(() => {
    expect(letters.list.busy).toBe(false);
    expect(letters.list.value).toBeDefined();
  });

it('adds a page to what is there, and reads as many anew', async () => {
  answer = async ({ after }) => (after ? view(['3', '2']) : view(['5', '4'], 'p2'));
  const letters = new Letters();
  await settled(letters);
  await letters.more();
  expect(ids(letters)).toBe('5 4 3 2');
  await letters.list.again();
  expect(ids(letters)).toBe('5 4 3 2');
});

it('shows what was asked for last, whichever answer comes first', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  answer = async ({ shelf }) => {
    if (shelf === 'inbox') await held;
    return view([shelf === 'inbox' ? '1' : '2']);
  };
  const letters = new Letters();
  letters.look('archive');
  await vi.waitFor(() => expect(ids(letters)).toBe('2'));
  release();
  // The answer nobody waits for any more is followed by the question that is now asked.
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  await settled(letters);
  expect(ids(letters)).toBe('2');
});

it('looks for words once the person rests, and never for too many', async () => {
  vi.useFakeTimers();
  answer = async () => view([]);
  const letters = new Letters();
  await vi.runAllTimersAsync();
  letters.seek('am');
  letters.seek(' amendă ');
  await vi.runAllTimersAsync();
  letters.seek('a'.repeat(201));
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  expect(asked.map(({ search }) => search)).toEqual([undefined, 'amendă']);
});

it('keeps on the shelf of unread letters what was read there, until the person goes elsewhere', async () => {
  answer = async ({ shelf }) => view(shelf === 'unread' ? ['6', '5', '4'] : ['6']);
  const letters = new Letters();
  letters.look('unread');
  await settled(letters);
  letters.note(row('5', { read: true }));
  answer = async () => view(['6', '4']);
  await letters.list.again();
  expect(ids(letters)).toBe('6 5 4');
  letters.look('unread');
  await settled(letters);
  expect(ids(letters)).toBe('6 4');
});

it('lets go on that shelf of what was read there and then put away', async () => {
  answer = async () => view(['6', '5']);
  const letters = new Letters();
  letters.look('unread');
  await settled(letters);
  letters.note(row('5', { read: true }));
  letters.note(row('5', { read: true, archived: true }));
  answer = async () => view(['6']);
  await letters.list.again();
  expect(ids(letters)).toBe('6');
});
