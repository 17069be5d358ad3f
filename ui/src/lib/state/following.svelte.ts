import { hasMoved } from './standing';
import { connection } from './connection.svelte';
import type { Loaded } from './loaded.svelte';

/** Reads what hangs on acts anew whenever the connection says that they may have moved; called by a component. */
export function follow(loaded: Loaded<unknown>): void {
  let seen = connection.view;
  $effect(() => {
    const now = connection.view;
    if (hasMoved(seen, now)) void loaded.again();
    seen = now;
  });
}
