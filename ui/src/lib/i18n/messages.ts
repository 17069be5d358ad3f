export { m } from '$lib/paraglide/messages.js';

/** Messages by the code each stands for: what a module such as `words:error` holds. */
export type Words = Readonly<Record<string, (() => string) | undefined>>;

/**
 * The words for a code the core gave. A code that is newer than these messages gets `fallback`: a person reads a
 * sentence, never a code alone.
 */
export function wordsFor(words: Words, code: string, fallback: () => string): string {
  return words[code]?.() ?? fallback();
}
