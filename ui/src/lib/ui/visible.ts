/**
 * What turns the reading direction, has no width or ends a line unseen (Unicode Cc, Cf, Zl, Zp, and the fillers that
 * look like nothing): with it one text can be made to look like another. A line's end and a tab may stand.
 */
const UNSEEN =
  /(?![\n\t])(?:[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115F\u1160\u2800\u3164\uFFA0]|\u034F|\u17B4|\u17B5)/gu;

/** A text from outside as it really is: what cannot be seen stands there by its number, as `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (unseen) => {
    const number = unseen.codePointAt(0) ?? 0;
    return `⟨U+${number.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
