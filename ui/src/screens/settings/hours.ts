const HOURS = 24;
const MINUTES = 60;

/** A time of day as a person may write it (`7:30`, `07.30`, `7`) as `HH:MM`; none where it is no time. */
export function readHour(text: string): string | undefined {
  const match = /^(\d{1,2})(?:[:.\s](\d{2}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, hour = '', minute = '00'] = match;
  if (Number(hour) >= HOURS || Number(minute) >= MINUTES) return undefined;
  return `${hour.padStart(2, '0')}:${minute}`;
}

/** What is wrong with two times of day between which it is to be quiet. */
export type HoursFault = 'from' | 'until' | 'same';

/** Two times of day as `HH:MM`, or what is wrong with them. The second may be of the next day. */
export function readHours(
  from: string,
  until: string,
): { hours: { from: string; until: string } } | { fault: HoursFault } {
  const begin = readHour(from);
  const end = readHour(until);
  if (begin === undefined) return { fault: 'from' };
  if (end === undefined) return { fault: 'until' };
  return begin === end ? { fault: 'same' } : { hours: { from: begin, until: end } };
}
