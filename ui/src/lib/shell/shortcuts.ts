import { m } from '$lib/i18n/messages';
import { go } from '$lib/state/router.svelte';
import { acts } from './acts';
import { RAIL, RAIL_FOOT } from './modules';

/** A key pressed with Ctrl or Command, and what it does. */
export interface Shortcut {
  key: string;
  label: () => string;
  act: () => void;
}

/** All of them: what the keys do, and what the settings list. */
export const SHORTCUTS: Shortcut[] = [
  { key: 'k', label: m.find_title, act: acts.find },
  { key: 'l', label: m.lock, act: acts.lock },
  ...[...RAIL, ...RAIL_FOOT].flatMap((place) =>
    place.key ? [{ key: place.key, label: place.label, act: () => go(place.route) }] : [],
  ),
];

/** What a key press asks for, if it is one of ours. */
export function shortcut(event: KeyboardEvent): (() => void) | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return undefined;
  const key = event.key.toLowerCase();
  return SHORTCUTS.find((candidate) => candidate.key === key)?.act;
}
