import type { Attachment } from 'svelte/attachments';

/** How far ahead of the screen's edge something counts as seen. */
const AHEAD = '400px';

/** Calls once an element comes near the screen. */
export function whenSeen(act: () => void): Attachment<HTMLElement> {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) act();
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
