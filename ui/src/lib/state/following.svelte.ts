import { hasMoved } from './standing';
import { connection } from './connection.svelte';

/** What can be read anew. */
interface Readable {
  again: () => Promise<void>;
}

/** Reads what hangs on acts anew whenever the connection says that they may have moved; called by a component. */
export function follow(loaded: Readable): void {
  let seen = connection.view;
  $effect(() => {
    const now = connection.view;
    if (hasMoved(seen, now)) void loaded.again();
    seen = now;
  });
}
