/** How many characters a text has, as the core counts them: a letter outside the first plane is one. */
export function lengthOf(text: string): number {
  return [...text.trim()].length;
}
