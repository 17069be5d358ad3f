import { beforeAll, expect, it, vi } from 'vitest';
import { type ActView, connect, type Fate } from '$lib/api';
import { useLanguage } from '$lib/i18n/language';
import { announcer } from '$lib/state/announce.svelte';
import { actName, groupActs, takeBack } from './acts';

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

it('takes several acts back one after the other, the last first, and then reads anew', async () => {
  const told: string[] = [];
  let under = 0;
  const send = vi.fn(async (command: string, { id }: { id: string }) => {
    expect(++under).toBe(1);
    await Promise.resolve();
    under -= 1;
    told.push(`${command} ${id}`);
    return { acts: [] };
  });
  await connect({ send, sendRaw: vi.fn() } as never);

  await takeBack(['first', 'second', 'third'], async () => void told.push('read'));

  const undone = ['third', 'second', 'first'].map((id) => `activity_undo ${id}`);
  expect(told).toEqual([...undone, 'read']);
  expect([announcer.done, announcer.failed]).toEqual(['Acțiunea a fost anulată.', false]);
});

it('stops at an act that can not be taken back any more, says so, and reads anew', async () => {
  const send = vi.fn(async (_: string, { id }: { id: string }) => {
    if (id === 'second') throw { code: 'act_settled', retryable: false, ref: 'K7QM2PXA' };
    return { acts: [] };
  });
  await connect({ send, sendRaw: vi.fn() } as never);
  const read = vi.fn(async () => undefined);

  await takeBack(['first', 'second', 'third'], read);

  expect(send.mock.calls.map(([, { id }]) => id)).toEqual(['third', 'second']);
  expect(read).toHaveBeenCalledOnce();
  expect(announcer.failed).toBe(true);
});
