// @vitest-environment node
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const UI = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acasa-ui-'));
  const vite = join(UI, 'node_modules/vite/bin/vite.js');
  const options = ['build', '--emptyOutDir', '--logLevel', 'error', '--outDir', folder];
  await promisify(execFile)(process.execPath, [vite, ...options], {
    cwd: UI,
    env: { ...process.env, VITEST: '', NODE_ENV: 'production' },
  });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the page fetches by itself: the scripts and style sheets it names, in files and bytes by their names' ending. */
async function fetchedFirst(): Promise<{ js: number; css: number; files: number }> {
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const files = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(js|css))"/g)];
  const bytes = { js: 0, css: 0 };
  for (const [, file = '', kind] of files)
    bytes[kind === 'css' ? 'css' : 'js'] += (await stat(join(folder, file))).size;
  return { ...bytes, files: files.length };
}

it('fetches little before the PIN field: what is only needed after it is loaded after it', async () => {
  const { js, css, files } = await fetchedFirst();
  expect(files, 'one script and one style sheet').toBe(2);
  expect(js).toBeLessThan(105_000);
  expect(css).toBeLessThan(20_000);
  // All that is painted before it: less than this is no build.
  expect(js).toBeGreaterThan(50_000);
});

it('asks early for the letters that every page has', async () => {
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const early = [...page.matchAll(/<link\s+rel="preload"\s+href="\/(assets\/[^"]+\.woff2)"/g)];
  expect(early.map(([, name]) => name?.split('-wght')[0])).toEqual([
    'assets/onest-latin',
    'assets/onest-latin-ext',
  ]);
  for (const [, name = ''] of early) expect((await stat(join(folder, name))).size).toBeGreaterThan(0);
});
