import { m } from './messages';

/** A greeting for the hour, with the given name where it is known. */
export function greeting(hour: number, givenName: string | undefined): string {
  const name = givenName ?? '';
  if (hour < 5 || hour >= 18) return name ? m.greeting_evening_named({ name }) : m.greeting_evening();
  if (hour < 12) return name ? m.greeting_morning_named({ name }) : m.greeting_morning();
  return name ? m.greeting_day_named({ name }) : m.greeting_day();
}
