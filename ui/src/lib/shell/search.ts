/** Text as it is compared: without case and diacritics. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase('ro');
}

/** Whether all the words sought are in a text, whatever their diacritics. */
export function matches(text: string, sought: string): boolean {
  const haystack = folded(text);
  return folded(sought)
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
