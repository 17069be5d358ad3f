import { call, type ConnectionView, onAsked } from '$lib/api';
import { noteFailure } from './loaded.svelte';

const ASK_EVERY_MS = 15_000;

/** Whether the state's services answer, as the core knows it. */
class Connection {
  view = $state.raw<ConnectionView>();
  /** A hindrance the person has read of and gone past; it is a line on the home screen from then on. */
  #passed = $state<string>();

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
      this.view = await call('app_connection');
    } catch (thrown) {
      noteFailure(thrown);
    }
  }

  watch(): () => void {
    void this.ask();
    const timer = setInterval(() => void this.ask(), ASK_EVERY_MS);
    const deaf = onAsked(() => void this.ask());
    return () => {
      clearInterval(timer);
      deaf();
    };
  }
}

export const connection = new Connection();
