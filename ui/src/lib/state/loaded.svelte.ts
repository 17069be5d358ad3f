import { type HostFailure, startAnew, toFailure } from '$lib/api';
import { app, isLocked } from './app.svelte';

/** What a screen waits for: nothing yet, the value, or why it did not come. */
export class Loaded<Value> {
  value = $state.raw<Value>();
  failure = $state.raw<HostFailure>();
  busy = $state(false);
  readonly #load: () => Promise<Value>;

  constructor(load: () => Promise<Value>) {
    this.#load = load;
    void this.again();
  }

  /** Asks anew; the old value stays until the new one is there. */
  async again(): Promise<void> {
    this.busy = true;
    try {
      this.value = await this.#load();
      this.failure = undefined;
    } catch (thrown) {
      this.failure = noteFailure(thrown);
    } finally {
      this.busy = false;
    }
  }
}

/** Takes a failure in: where it means that the vault is closed, the page starts anew. */
export function noteFailure(thrown: unknown): HostFailure {
  const failure = toFailure(thrown);
  if (isLocked(failure) && app.view?.phase === 'unlocked') void startAnew();
  return failure;
}
