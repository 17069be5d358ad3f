import type { Plugin } from 'vite';

const ICON = /[\\/]@lucide[\\/]svelte[\\/]dist[\\/]icons[\\/][a-z0-9-]+\.svelte$/;
const DATA = /const iconData = (\{.*\});/;

interface Icon {
  size: number;
  node: [string, Record<string, string>][];
}

/**
 * Draws Lucide's icons when the interface is built instead of each time one is shown: in the program an icon is
 * markup, drawn as `.lucide` says, and takes its `size` and nothing else. None of them is named: what an icon says stands beside it.
 */
export function icons(): Plugin {
  return {
    name: 'acasa-icons',
    enforce: 'pre',
    transform(code, id) {
      if (!ICON.test(id)) return undefined;
      const data = DATA.exec(code)?.[1];
      if (!data) this.error(`${id} is not written as icons are`);
      return { code: drawn(JSON.parse(data) as Icon), map: null };
    },
  };
}

/** The component of an icon. */
export function drawn({ size, node }: Icon): string {
  const parts = node.map(([tag, attributes]) => `<${tag}${written(attributes)} />`);
  return `<script>let { size = ${String(size)} } = $props();</script>
<svg class="lucide" width={size} height={size} viewBox="0 0 ${String(size)} ${String(size)}" aria-hidden="true">${parts.join('')}</svg>
`;
}

function written(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(([name, value]) => {
      if (/[^\w.,\- ]/.test(value) || /[^a-z0-9-]/.test(name))
        throw new Error(`an icon with ${name}="${value}"`);
      return ` ${name}="${value}"`;
    })
    .join('');
}
