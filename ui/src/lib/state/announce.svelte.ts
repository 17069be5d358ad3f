/** The one polite live region; a screen reader speaks what is put here. */
class Announcer {
  text = $state('');
}

export const announcer = new Announcer();

/** Says something once; the same words said twice are heard twice. */
export function announce(text: string): void {
  announcer.text = announcer.text === text ? `${text}\u00a0` : text;
}
