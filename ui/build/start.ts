import type { Plugin } from 'vite';

const ENTRY = '/src/main.ts';
/** Messages go to the parts that use them: by their index all of them are needed by everything. */
const MESSAGES = '/paraglide/messages';

/**
 * Puts what the first screen needs into one script and one style sheet: each file more is a question of the page to
 * the window, and the last one's answer is waited for.
 */
export function start(): Plugin {
  const needed = new Set<string>();
  return {
    name: 'acasa-start',
    apply: 'build',
    config: () => ({
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: { groups: [{ name: 'start', test: (id: string) => needed.has(id) }] },
          },
        },
      },
    }),
    buildEnd() {
      const add = (id: string): void => {
        if (needed.has(id) || id.includes(MESSAGES)) return;
        needed.add(id);
        this.getModuleInfo(id)?.importedIds.forEach(add);
      };
      for (const id of this.getModuleIds()) if (id.endsWith(ENTRY)) add(id);
    },
  };
}
