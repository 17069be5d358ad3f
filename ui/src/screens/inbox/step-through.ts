import type { Attachment } from 'svelte/attachments';

/** Where each key leads in a list of so many, from the one that has the focus. */
const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/** Lets the arrows, Home and End go through what `selector` finds, once one of them has the focus. */
export function stepThrough(selector: string): Attachment<HTMLElement> {
  return (list) => {
    const pressed = (event: KeyboardEvent): void => {
      const step = STEPS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const all = [...list.querySelectorAll<HTMLElement>(selector)];
      const at = all.findIndex((one) => one === event.target);
      if (at < 0) return;
      event.preventDefault();
      all[step(at, all.length - 1)]?.focus();
    };
    list.addEventListener('keydown', pressed);
    return () => list.removeEventListener('keydown', pressed);
  };
}
