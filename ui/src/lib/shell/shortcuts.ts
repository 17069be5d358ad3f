import { go } from '$lib/state/router.svelte';
import { RAIL, RAIL_FOOT } from './modules';

/** What a key press asks for: a screen, the finder, the lock; or nothing of ours. */
export function shortcut(event: KeyboardEvent): 'find' | 'lock' | (() => void) | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return undefined;
  const key = event.key.toLowerCase();
  if (key === 'k') return 'find';
  if (key === 'l') return 'lock';
  const place = [...RAIL, ...RAIL_FOOT].find((candidate) => candidate.key === key);
  return place && (() => go(place.route));
}
