/** A piece of the third-party notices, read from what `cargo xtask notices` writes. */
export type NoticeBlock =
  { kind: 'heading' | 'text' | 'licence'; text: string } | { kind: 'parts'; parts: string[] };

const RULE = /^\|[-:|\s]+\|$/;

/**
 * The notices as pieces of plain text: headings, the table of parts, paragraphs, and licences word for word.
 * The first heading is the screen's own.
 */
export function readNotices(text: string): NoticeBlock[] {
  const blocks: NoticeBlock[] = [];
  let paragraph: string[] = [];
  let licence: string[] | undefined;
  const close = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'text', text: paragraph.join(' ') });
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      close();
      if (licence) blocks.push({ kind: 'licence', text: licence.join('\n') });
      licence = licence ? undefined : [];
    } else if (licence) licence.push(line);
    else if (line.startsWith('# ')) close();
    else if (/^#{2,6} /.test(line)) {
      close();
      blocks.push({ kind: 'heading', text: line.replace(/^#+ /, '') });
    } else if (line.startsWith('|')) {
      close();
      addPart(blocks, line);
    } else if (line.trim() === '') close();
    else paragraph.push(line.trim());
  }
  close();
  if (licence) blocks.push({ kind: 'licence', text: licence.join('\n') });
  return blocks;
}

/** A row of a table becomes a line of a list; its head and rule say nothing more. */
function addPart(blocks: NoticeBlock[], line: string): void {
  const last = blocks.at(-1);
  if (RULE.test(line)) {
    if (last?.kind === 'parts') last.parts.pop();
    return;
  }
  const cells = line.split('|').slice(1, -1);
  const part = cells.map((cell) => cell.trim()).join(' · ');
  if (last?.kind === 'parts') last.parts.push(part);
  else blocks.push({ kind: 'parts', parts: [part] });
}
