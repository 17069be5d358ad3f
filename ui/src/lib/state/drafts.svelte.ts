import { SvelteMap } from 'svelte/reactivity';

/**
 * What a person has typed and not sent yet, by field, so that a screen left and come back to still has it.
 * In memory only: locking starts the page anew, and with it this is empty.
 */
class Drafts {
  readonly #typed = new SvelteMap<string, string>();

  /** What was typed; `otherwise` where nothing was. */
  get(field: string, otherwise = ''): string {
    return this.#typed.get(field) ?? otherwise;
  }

  set(field: string, text: string): void {
    this.#typed.set(field, text);
  }

  /** Forgets what was sent, or is done with. */
  done(field: string): void {
    this.#typed.delete(field);
  }
}

export const drafts = new Drafts();
