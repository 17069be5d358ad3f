/** About as much as two lines of a list hold. */
const LENGTH = 90;

/** The beginning of a text, whole words of it, with what shows that more follows. */
export function shortened(text: string, length = LENGTH): string {
  const letters = [...text.trim()];
  if (letters.length <= length) return letters.join('');
  const cut = letters.slice(0, length).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > length / 2 ? cut.slice(0, space) : cut).replace(/[\s,.;:–-]+$/u, '')}…`;
}
