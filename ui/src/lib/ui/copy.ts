import { m } from '$lib/i18n/messages';
import { announce } from '$lib/state/announce.svelte';

/** Copies a text and says so; tells whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    announce(m.copied());
    return true;
  } catch {
    announce(m.copy_failed());
    return false;
  }
}
