import { beforeEach, expect, it } from 'vitest';
import type { NoticeRow } from '$lib/api';
import { useLanguage } from '$lib/i18n/language';
import { groupByDay } from './days';

const row = (id: string, sentAt: string): NoticeRow => ({
  id,
  sentAt,
  source: 'MPass',
  topic: 'security',
  urgent: false,
  subject: 'Intrare nouă în cont',
  preview: '',
  read: true,
  archived: false,
  pinned: false,
  waiting: false,
  attachments: 0,
});
const NOW = new Date('2026-11-21T10:00:00Z');
const labels = (...sent: string[]): string[] =>
  groupByDay(
    sent.map((sentAt, index) => row(`l${index}`, sentAt)),
    NOW,
  ).map(({ label, rows }) => `${label}: ${rows.length}`);

beforeEach(() => useLanguage('ro'));

it('puts letters of a day together and keeps their order', () => {
  const sent = ['2026-11-21T08:00:00Z', '2026-11-21T07:00:00Z', '2026-11-20T09:00:00Z'];
  const days = groupByDay(
    sent.map((sentAt, index) => row(`l${index}`, sentAt)),
    NOW,
  );
  expect(days.map(({ rows }) => rows.map(({ id }) => id))).toEqual([['l0', 'l1'], ['l2']]);
});

it('names days as people do', () => {
  const sent = [
    '2026-11-21T08:00:00Z',
    '2026-11-20T08:00:00Z',
    '2026-11-19T08:00:00Z',
    '2026-11-15T08:00:00Z',
    '2026-11-14T08:00:00Z',
    '2025-11-20T08:00:00Z',
  ];
  expect(labels(...sent)).toEqual([
    'Azi: 1',
    'Ieri: 1',
    'Joi, 19\u00a0noiembrie: 1',
    'Duminică, 15\u00a0noiembrie: 1',
    '14\u00a0noiembrie 2026: 1',
    '20\u00a0noiembrie 2025: 1',
  ]);
  useLanguage('ru');
  expect(labels(...sent.slice(0, 3))).toEqual(['Сегодня: 1', 'Вчера: 1', 'Четверг, 19\u00a0ноября: 1']);
  useLanguage('en');
  expect(labels(...sent.slice(0, 3))).toEqual(['Today: 1', 'Yesterday: 1', 'Thursday 19\u00a0November: 1']);
});

it('takes the day of Chișinău, not the one of the device or of the moment', () => {
  expect(labels('2026-11-20T22:30:00Z', '2026-11-20T21:30:00Z')).toEqual(['Azi: 1', 'Ieri: 1']);
});

it('names a day that is still to come by its date', () => {
  expect(labels('2026-11-23T08:00:00Z')).toEqual(['23\u00a0noiembrie 2026: 1']);
});
