import type { NoticeParagraph } from '$lib/api';

/** A piece of a letter's text: a paragraph, or entries that follow each other and make a list. */
export type Block =
  { style: 'plain' | 'heading'; paragraph: NoticeParagraph } | { style: 'list'; items: NoticeParagraph[] };

/** A letter's text as pieces, in its order. */
export function blocksOf(paragraphs: NoticeParagraph[]): Block[] {
  const blocks: Block[] = [];
  for (const paragraph of paragraphs) {
    const last = blocks.at(-1);
    if (paragraph.style !== 'item') blocks.push({ style: paragraph.style, paragraph });
    else if (last?.style === 'list') last.items.push(paragraph);
    else blocks.push({ style: 'list', items: [paragraph] });
  }
  return blocks;
}
