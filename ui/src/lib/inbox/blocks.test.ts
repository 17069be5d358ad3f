import { expect, it } from 'vitest';
import type { NoticeParagraph, ParagraphStyle } from '$lib/api';
import { blocksOf } from './blocks';

const paragraph = (style: ParagraphStyle): NoticeParagraph => ({ style, runs: [] });

it('makes one list of entries that follow each other, and another after something else', () => {
  const styles: ParagraphStyle[] = ['item', 'plain', 'heading', 'item', 'item', 'plain', 'item'];
  const blocks = blocksOf(styles.map(paragraph));
  expect(blocks.map((block) => (block.style === 'list' ? block.items.length : block.style))).toEqual([
    1,
    'plain',
    'heading',
    2,
    'plain',
    1,
  ]);
});
