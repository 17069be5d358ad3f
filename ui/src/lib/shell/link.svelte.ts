import { call } from '$lib/api';
import { app } from '$lib/state/app.svelte';
import { go } from '$lib/state/router.svelte';

/** A text that another program brought, for the scanner to name. */
class Linked {
  text = $state<string>();

  /** The text, once. */
  take(): string | undefined {
    const text = this.text;
    this.text = undefined;
    return text;
  }
}

export const linked = new Linked();

/** The window says by this event that there is a link to ask for. */
const LINK = 'acasa-link';

/** Asks whether the app was opened with a link, and takes it to the scanner. */
export async function openLink(): Promise<void> {
  if (app.view?.phase !== 'unlocked') return;
  const { text } = await call('app_link').catch(() => ({ text: null }));
  if (text === null) return;
  linked.text = text;
  go({ name: 'scan' });
}

export function listenToLinks(): () => void {
  const asked = (): void => void openLink();
  window.addEventListener(LINK, asked);
  return () => window.removeEventListener(LINK, asked);
}
