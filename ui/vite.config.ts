import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { icons } from './build/icons.ts';
import { start } from './build/start.ts';
import { words } from './build/words.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [icons(), svelte(), words(), start()],
  resolve: {
    alias: { $lib: here('./src/lib'), $screens: here('./src/screens') },
    // Component tests run the client build of Svelte, not the one for servers.
    ...(process.env.VITEST ? { conditions: ['browser'] } : {}),
  },
  build: {
    target: 'es2022',
    // Engines that know light-dark(): translating it would bind it to the root and not to what sets color-scheme.
    cssTarget: ['chrome123', 'safari17.5'],
    // The content security policy allows no inline code, so small files must stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  worker: { format: 'es' },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'build/*.test.ts'],
    reporters: process.env.CI ? ['default', 'json'] : ['default'],
    outputFile: { json: 'test-results.json' },
  },
});
