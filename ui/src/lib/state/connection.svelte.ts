import { call, type ConnectionView, onAsked } from '$lib/api';
import { askAgainIn } from './standing';
import { noteFailure } from './loaded.svelte';

/** From here on what goes on is worth a word; most of it is over sooner. */
const LASTING_MS = 1_000;

/** Whether the state's services answer, as the core knows it. */
class Connection {
  view = $state.raw<ConnectionView>();
  /** Whether sending and fetching has gone on for longer than a moment. */
  lasting = $state(false);
  /** Whether its sheet is open. */
  open = $state(false);
  /** A hindrance the person has read of and gone past; it is a line on the home screen from then on. */
  #passed = $state<string>();
  #patience: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;
  #watched = false;

  /** What keeps the app from acting with the state. Showing and verifying go on. */
  get blocked(): string | undefined {
    if (this.view?.blocked) return this.view.blocked;
    return this.view?.clockWrong ? 'clock_wrong' : undefined;
  }

  /** The same, while it has the whole screen. */
  get hindrance(): string | undefined {
    return this.blocked === this.#passed ? undefined : this.blocked;
  }

  pass(): void {
    this.#passed = this.blocked;
  }

  /** Brings its screen back. */
  explain(): void {
    this.#passed = undefined;
  }

  async ask(): Promise<void> {
    try {
      this.#take(await call('app_connection'));
    } catch (thrown) {
      noteFailure(thrown);
    }
    this.#plan();
  }

  /** Sends and fetches now; throws what the host says against it. */
  async sync(): Promise<void> {
    // What arrives meanwhile is asked for while it goes on.
    if (this.view) this.#take({ ...this.view, syncing: true, paused: false });
    this.#plan();
    try {
      this.#take(await call('app_sync'));
    } catch (thrown) {
      await this.ask();
      throw thrown;
    }
  }

  /** Stops what is under way; what has come is kept. */
  async pause(): Promise<void> {
    this.#take(await call('app_pause'));
    this.#plan();
  }

  watch(): () => void {
    this.#watched = true;
    void this.ask();
    const deaf = onAsked(() => void this.ask());
    return () => {
      this.#watched = false;
      clearTimeout(this.#next);
      deaf();
    };
  }

  #take(view: ConnectionView): void {
    this.view = view;
    if (!view.syncing) {
      clearTimeout(this.#patience);
      this.#patience = undefined;
      this.lasting = false;
    } else this.#patience ??= setTimeout(() => (this.lasting = true), LASTING_MS);
  }

  #plan(): void {
    clearTimeout(this.#next);
    if (this.#watched) this.#next = setTimeout(() => void this.ask(), askAgainIn(this.view));
  }
}

export const connection = new Connection();
