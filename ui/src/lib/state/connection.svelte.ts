import { call, type ConnectionView } from '$lib/api';
import { noteFailure } from './loaded.svelte';

const ASK_EVERY_MS = 15_000;

/** Whether the state's services answer, as the core knows it. */
class Connection {
  view = $state.raw<ConnectionView>();

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
    return () => clearInterval(timer);
  }
}

export const connection = new Connection();
