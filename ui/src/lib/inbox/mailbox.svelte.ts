import { call, type InboxView } from '$lib/api';
import { noteFailure } from '$lib/state/loaded.svelte';

/** The letters that were not read yet, for every screen that tells of them. */
class Mailbox {
  view = $state.raw<InboxView>();

  /** How many there are; none, as long as nothing is known. */
  get unread(): number {
    return this.view?.unread ?? 0;
  }

  /** Asks anew. Where that fails, what is known stays: the screen of the letters says why. */
  async again(): Promise<void> {
    try {
      this.view = await call('notices_list', { shelf: 'unread', topics: [] });
    } catch (thrown) {
      noteFailure(thrown);
    }
  }
}

export const mailbox = new Mailbox();
