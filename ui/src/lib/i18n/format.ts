import { currentLanguage } from './language';
import { m } from './messages';

const LOCALES = { ro: 'ro-MD', ru: 'ru-MD', en: 'en-GB' } as const;
const ZONE = 'Europe/Chisinau';

function locale(): string {
  return LOCALES[currentLanguage()];
}

/** Formats of dates by what they are asked for: making one takes longer than a row of a list may. */
const DATES = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions, language = locale()): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let format = DATES.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, options);
    DATES.set(key, format);
  }
  return format;
}

/** `2026-11-21` as `21 noiembrie 2026`; what is no date stays as it is. */
export function formatDate(date: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!match) return date;
  const time = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(time.getTime())) return date;
  return tied(dateFormat({ dateStyle: 'long', timeZone: 'UTC' }).format(time));
}

/** A day stays with its month, and "г." with its year, when a line is broken. */
function tied(date: string): string {
  return date.replace(/(^|\D)(\d{1,2}) (?=\p{L})/u, '$1$2\u00a0').replace(' г.', '\u00a0г.');
}

/** Whether a last day of validity stands for none: the year 9999 does. */
export function isEndless(date: string): boolean {
  return date.startsWith('9999-');
}

/** A last day of validity, or that there is none. */
export function formatUntil(date: string): string {
  return isEndless(date) ? m.no_expiry() : formatDate(date);
}

/** A moment (RFC 3339) as date and time in Chișinău. */
export function formatTime(moment: string): string {
  const time = new Date(moment);
  if (Number.isNaN(time.getTime())) return moment;
  const format = dateFormat({
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: ZONE,
  });
  return tied(format.format(time));
}

/** Date and time to the second, for the line that moves beside a shown code. */
export function formatClock(time: Date): string {
  return dateFormat({
    dateStyle: 'long',
    timeStyle: 'medium',
    timeZone: ZONE,
  }).format(time);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago, in the largest unit that fits: `acum 2 minute`. */
export function formatAgo(seconds: number): string {
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  for (const [unit, length] of STEPS) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return format.format(0, 'second');
}

/** Seconds as `1:05`. */
export function formatCountdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** `a, b și c`, as the language joins them. */
export function formatList(items: string[]): string {
  return new Intl.ListFormat(locale(), { style: 'long', type: 'conjunction' }).format(items);
}

/** A country by its code (ISO 3166-1), by name; what is no code stays as it is. */
export function formatCountry(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(locale(), { type: 'region' }).of(code) ?? code;
}

/** A whole number with the language's grouping. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** The day in Chișinău of a moment (RFC 3339), as `2026-11-21`; what is no moment stays as it is. */
export function dayOf(moment: string): string {
  const time = new Date(moment);
  if (Number.isNaN(time.getTime())) return moment;
  const format = dateFormat({ year: 'numeric', month: '2-digit', day: '2-digit', timeZone: ZONE }, 'en');
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}

const DAY_MS = 86_400_000;

/** A day as people name it on `today`: `Azi`, `Ieri`, `Joi, 19 noiembrie`, and from a week on its date. */
export function formatDay(day: string, today: string): string {
  const time = new Date(`${day}T00:00:00Z`);
  const ago = Math.round((Date.parse(`${today}T00:00:00Z`) - time.getTime()) / DAY_MS);
  if (ago === 0 || ago === 1) {
    return capitalised(new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-ago, 'day'));
  }
  if (!(ago > 1 && ago < 7)) return formatDate(day);
  const format = dateFormat({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
  return capitalised(tied(format.format(time)));
}

function capitalised(text: string): string {
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase(locale()) + rest.join('');
}

/** A moment (RFC 3339) as the time of its day in Chișinău. */
export function formatHour(moment: string): string {
  const time = new Date(moment);
  if (Number.isNaN(time.getTime())) return '';
  return dateFormat({ timeStyle: 'short', timeZone: ZONE }).format(time);
}

const SIZES: [string, number][] = [
  ['gigabyte', 1_000_000_000],
  ['megabyte', 1_000_000],
  ['kilobyte', 1_000],
];

/** The size of a file in the largest unit that fits, kilobytes at least: `1,9 MB`. */
export function formatBytes(bytes: number): string {
  const [unit, length] = SIZES.find(([, least]) => bytes >= least) ?? ['kilobyte', 1_000];
  const value = Math.max(1, bytes / length);
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: unit === 'kilobyte' ? 0 : 1,
  }).format(value);
}
