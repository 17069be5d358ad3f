import * as all from '$lib/paraglide/messages.js';

export { m } from '$lib/paraglide/messages.js';

type Words = Record<string, (() => string) | undefined>;

/**
 * The words for a code the core gave, such as `error_vault_damaged`. A code that is newer than these messages
 * gets `fallback`: a person reads a sentence, never a code alone.
 */
export function wordsFor(prefix: string, code: string, fallback: () => string): string {
  return (all as unknown as Words)[`${prefix}_${code}`]?.() ?? fallback();
}

/** Whether there are words for a code. */
export function hasWords(prefix: string, code: string): boolean {
  return `${prefix}_${code}` in all;
}
