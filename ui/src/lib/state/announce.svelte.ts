/** How long what was done stays on the screen. */
const SHOWN_MS = 5_000;
/** The same where it can be taken back. */
const UNDO_MS = 10_000;

/** The one polite live region; a screen reader speaks what is put here. */
class Announcer {
  text = $state('');
  /** What was just done, for the eye. */
  done = $state('');
  /** Whether it was not done after all. */
  failed = $state(false);
  /** Takes it back, where that can be. */
  undo = $state.raw<() => void>();
  timer: ReturnType<typeof setTimeout> | undefined;

  show(text: string, failed: boolean, undo?: () => void): void {
    announce(text);
    this.done = text;
    this.failed = failed;
    this.undo = undo;
    this.linger();
  }

  /** Stays while the person is about to answer it. */
  hold(): void {
    clearTimeout(this.timer);
  }

  /** Goes after a while. */
  linger(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.clear(), this.undo ? UNDO_MS : SHOWN_MS);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.done = '';
    this.undo = undefined;
  }
}

export const announcer = new Announcer();

/** Says something once; the same words said twice are heard twice. */
export function announce(text: string): void {
  announcer.text = announcer.text === text ? `${text}\u00a0` : text;
}

/** Says that something was done, to the ear and for a while to the eye. */
export function confirm(text: string): void {
  announcer.show(text, false);
}

/** The same, with a way to take it back; `hint` tells the ear of it. */
export function confirmUndoable(text: string, hint: string, undo: () => void): void {
  announcer.show(text, false, undo);
  announce(`${text} ${hint}`);
}

/** Says why something was not done, where no screen may be left to say it on. */
export function complain(text: string): void {
  announcer.show(text, true);
}

/** Empties both: what was said in one language is not to stand in a page of another. */
export function hush(): void {
  announcer.clear();
  announcer.text = '';
}
