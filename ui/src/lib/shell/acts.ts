import { app } from '$lib/state/app.svelte';
import { go } from '$lib/state/router.svelte';
import { finder } from './finder.svelte';

export type Act = 'find' | 'lock' | 'settings' | 'shortcuts' | 'about' | 'scan' | 'profiles';

/** What can be done from anywhere: by a shortcut of the page, or from the window's menu. */
export const acts: Record<Act, () => void> = {
  find: () => {
    finder.open = true;
  },
  lock: () => void app.lock(),
  settings: () => go({ name: 'settings' }),
  shortcuts: () => go({ name: 'settings', setting: 'shortcuts' }),
  about: () => go({ name: 'about' }),
  scan: () => go({ name: 'scan' }),
  profiles: () => go({ name: 'profiles' }),
};

/** The window's menu speaks to the page by this event; its `detail` names the act. */
const MENU = 'acasa-menu';

/** Does what the window's menu asks for, while the vault is open. */
export function listenToMenu(): () => void {
  const asked = (event: Event): void => {
    const name: unknown = (event as CustomEvent).detail;
    if (app.view?.phase !== 'unlocked' || typeof name !== 'string' || !Object.hasOwn(acts, name)) return;
    acts[name as Act]();
  };
  window.addEventListener(MENU, asked);
  return () => window.removeEventListener(MENU, asked);
}
