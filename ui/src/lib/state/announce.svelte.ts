/** How long what was done stays on the screen. */
const SHOWN_MS = 5_000;

/** The one polite live region; a screen reader speaks what is put here. */
class Announcer {
  text = $state('');
  /** What was just done, for the eye. */
  done = $state('');
  timer: ReturnType<typeof setTimeout> | undefined;
}

export const announcer = new Announcer();

/** Says something once; the same words said twice are heard twice. */
export function announce(text: string): void {
  announcer.text = announcer.text === text ? `${text}\u00a0` : text;
}

/** Says that something was done, to the ear and for a while to the eye. */
export function confirm(text: string): void {
  announce(text);
  announcer.done = text;
  clearTimeout(announcer.timer);
  announcer.timer = setTimeout(() => (announcer.done = ''), SHOWN_MS);
}

/** Empties both: what was said in one language is not to stand in a page of another. */
export function hush(): void {
  clearTimeout(announcer.timer);
  announcer.text = '';
  announcer.done = '';
}
