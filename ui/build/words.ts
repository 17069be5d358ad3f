import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const NAME = 'words:';
const MESSAGES = fileURLToPath(new URL('../../messages/ro.json', import.meta.url));

/**
 * `words:error` is a module with every message whose key begins with `error_`, by the rest of its key: for texts that
 * are chosen by a code when the app runs. Whoever imports it loads those messages and no others.
 */
export function words(): Plugin {
  return {
    name: 'acasa-words',
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      this.addWatchFile(MESSAGES);
      const prefix = `${id.slice(NAME.length + 1)}_`;
      const keys = Object.keys(JSON.parse(readFileSync(MESSAGES, 'utf8')) as object);
      const found = keys.filter((key) => key.startsWith(prefix));
      if (found.length === 0) this.error(`no message begins with ${prefix}`);
      return {
        code: table(prefix, found),
        moduleSideEffects: false,
      };
    },
  };
}

/** Without a prototype: `constructor` is a code like any other. */
function table(prefix: string, keys: string[]): string {
  const entries = keys.map((key) => `  ${JSON.stringify(key.slice(prefix.length))}: ${key},\n`).join('');
  return `import { ${keys.join(', ')} } from '$lib/paraglide/messages.js';\nexport default {\n  __proto__: null,\n${entries}};\n`;
}
