import type { NoticeRow } from '$lib/api';
import { dayOf, formatDay } from '$lib/i18n/format';

/** The letters of a day. */
export interface Day {
  /** `YYYY-MM-DD`. */
  key: string;
  label: string;
  rows: NoticeRow[];
}

/** Letters by the day on which they were sent, in the order given; a day's name follows from what day it is `now`. */
export function groupByDay(rows: NoticeRow[], now: Date): Day[] {
  const today = dayOf(now.toISOString());
  const days: Day[] = [];
  for (const row of rows) {
    const key = dayOf(row.sentAt);
    const last = days.at(-1);
    if (last?.key === key) last.rows.push(row);
    else days.push({ key, label: formatDay(key, today), rows: [row] });
  }
  return days;
}
