import type { Attachment } from 'svelte/attachments';
import { m } from '$lib/i18n/messages';

/**
 * Names the window after the screen and gives its heading the focus, so that a screen reader hears where it is.
 * The title is a screen's name only: nothing personal belongs in a window's title.
 */
export function arrive(title: string): Attachment<HTMLElement> {
  return (heading) => {
    document.title = `${title} · ${m.app_name()}`;
    heading.focus({ preventScroll: true });
  };
}
