import { expect, it } from 'vitest';
import { readNotices } from './notices';

it('reads headings, the table of parts, paragraphs and licences', () => {
  const text = [
    '# Third-party notices',
    '',
    'Made with',
    'these parts.',
    '',
    '| part | version | licence |',
    '|---|---|---|',
    '| acorn | 8.19.0 | MIT |',
    '| ring | 0.17.14 | ISC |',
    '',
    '## acorn 8.19.0',
    '',
    '```text',
    '# no heading',
    '',
    '<b>as it is</b>',
    '```',
  ].join('\n');
  expect(readNotices(text)).toEqual([
    { kind: 'text', text: 'Made with these parts.' },
    { kind: 'parts', parts: ['acorn · 8.19.0 · MIT', 'ring · 0.17.14 · ISC'] },
    { kind: 'heading', text: 'acorn 8.19.0' },
    { kind: 'licence', text: '# no heading\n\n<b>as it is</b>' },
  ]);
});

it('keeps a licence that is never closed', () => {
  expect(readNotices('```\nMIT')).toEqual([{ kind: 'licence', text: 'MIT' }]);
});
