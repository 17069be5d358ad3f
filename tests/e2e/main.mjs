// Runs the browser tests and counts them: a JSON file, and one last line.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const here = new URL('.', import.meta.url);
const options = process.argv.slice(2);
if (options.includes('--full')) process.env.ACASA_E2E_FULL = '1';
if (options.includes('--scene')) process.env.ACASA_E2E_SCENE = options[options.indexOf('--scene') + 1];
const only = options.includes('--only') ? options[options.indexOf('--only') + 1] : undefined;

const files = (await readdir(here))
  .filter((name) => name.endsWith('.test.mjs') && (!only || name.startsWith(only)))
  .sort()
  .map((name) => new URL(name, here).pathname);
const count = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

const stream = run({ files, concurrency: 1 });
stream.on('test:pass', (event) => note(event, 'passed'));
stream.on('test:fail', (event) => note(event, 'failed'));
stream.compose(new spec()).pipe(process.stdout);

/** Files and suites are no tests: only what has no tests inside is counted. */
function note(event, outcome) {
  if (event.details?.type === 'suite' || event.file === undefined || files.includes(event.name)) return;
  if (event.skip !== undefined || event.todo !== undefined) count.skipped += 1;
  else count[outcome] += 1;
  if (outcome === 'failed') failures.push(event.name);
}

await new Promise((resolve) => stream.on('end', resolve));
await new Promise((resolve) => setTimeout(resolve, 50));
const results = new URL('../test-results/', import.meta.url);
await mkdir(results, { recursive: true });
await writeFile(new URL('e2e.json', results), JSON.stringify({ ...count, failures }, null, 2));
const total = count.passed + count.failed;
process.stdout.write(`e2e: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
process.exitCode = count.failed > 0 || total === 0 ? 1 : 0;
