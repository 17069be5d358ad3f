// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'svelte/compiler';
import { expect, it } from 'vitest';
import { drawn, icons } from './icons';

const FOLDER = fileURLToPath(new URL('../node_modules/@lucide/svelte/dist/icons/', import.meta.url));
const SOURCES = fileURLToPath(new URL('../src/', import.meta.url));

type Transform = (this: { error: (reason: string) => never }, code: string, id: string) => unknown;
const transform = (code: string, id: string): unknown =>
  (icons().transform as Transform).call(
    {
      error: (reason) => {
        throw new Error(reason);
      },
    },
    code,
    id,
  );

it('draws an icon as markup', () => {
  const path = { d: 'm12 9 6 6' };
  const svg = drawn({ size: 24, node: [['path', path]] });
  expect(svg).toContain('viewBox="0 0 24 24" aria-hidden="true"><path d="m12 9 6 6" /></svg>');
  expect(compile(svg, { generate: 'client' }).warnings).toEqual([]);
});

it('draws each of those there are', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.svelte'));
  expect(names.length).toBeGreaterThan(1000);
  for (const name of names) {
    const path = join(FOLDER, name);
    expect(transform(readFileSync(path, 'utf8'), path), name).toMatchObject({
      code: expect.stringContaining('<svg class="lucide"') as string,
    });
  }
});

it('leaves all else alone and says what it cannot draw', () => {
  expect(transform('let icon;', '/src/lib/ui/Button.svelte')).toBeUndefined();
  expect(() => transform('let icon;', join(FOLDER, 'x.svelte'))).toThrow('is not written as icons are');
  expect(() => drawn({ size: 24, node: [['path', { d: '"><script>' }]] })).toThrow('an icon with d=');
});

it('is given nothing that an icon does not take', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  let shown = 0;
  for (const file of files.filter((name) => name.endsWith('.svelte'))) {
    const text = readFileSync(join(SOURCES, file), 'utf8');
    const names = [...text.matchAll(/import (\w+) from '@lucide\/svelte\/icons\//g)].map(([, name]) => name);
    for (const name of names)
      for (const [, given = ''] of text.matchAll(new RegExp(`<${String(name)}\\b([^>]*)>`, 'g'))) {
        shown += 1;
        const left = given.replace(/ size=(\{[^}]*\}|"\d+")/, '').replace(/ aria-hidden="true"/, '');
        expect(left.trim(), `${file}: ${String(name)}`).toMatch(/^\/?$/);
      }
  }
  expect(shown).toBeGreaterThan(30);
});
