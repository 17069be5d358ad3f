/** Settings one can be led to. */
export const SETTINGS = [
  'language',
  'theme',
  'lock',
  'secret',
  'wipe',
  'letters',
  'saver',
  'kept',
  'announcements',
  'verifier',
  'shortcuts',
] as const;
export type Setting = (typeof SETTINGS)[number];

/** The screens that have an address. Addresses hold opaque ids only, never anything personal. */
export type Route =
  | { name: 'home' }
  | { name: 'documents' }
  | { name: 'document'; id: string }
  | { name: 'show'; id: string }
  | { name: 'scan' }
  | { name: 'inbox' }
  | { name: 'letter'; id: string }
  | { name: 'activity' }
  | { name: 'more' }
  | { name: 'settings'; setting?: Setting }
  | { name: 'report' }
  | { name: 'about' }
  | { name: 'profiles' }
  | { name: 'kept' }
  | { name: 'verify' };

const PLAIN = [
  'home',
  'documents',
  'scan',
  'inbox',
  'activity',
  'more',
  'settings',
  'report',
  'about',
  'profiles',
  'kept',
  'verify',
] as const;
type PlainName = (typeof PLAIN)[number];

function isPlain(name: string): name is PlainName {
  return (PLAIN as readonly string[]).includes(name);
}

/** Reads an address's fragment; what it does not know is home. */
export function parseRoute(hash: string): Route {
  const [name = '', id = ''] = hash.replace(/^#\/?/, '').split('/');
  const known = /^[A-Za-z0-9_-]{1,64}$/.test(id);
  if ((name === 'document' || name === 'show' || name === 'letter') && known) return { name, id };
  const setting = SETTINGS.find((candidate) => candidate === id);
  if (name === 'settings' && setting) return { name, setting };
  return isPlain(name) ? { name } : { name: 'home' };
}

/** The address of a screen. */
export function href(route: Route): string {
  if ('id' in route) return `#/${route.name}/${route.id}`;
  return 'setting' in route && route.setting ? `#/settings/${route.setting}` : `#/${route.name}`;
}

/** How many screens of this visit lie behind the one in an entry of the history. */
function depthOf(state: unknown): number | undefined {
  const known = typeof state === 'object' && state !== null && 'depth' in state ? state.depth : undefined;
  return typeof known === 'number' ? known : undefined;
}

class Router {
  current = $state<Route>(parseRoute(location.hash));
  /** How many screens of this visit lie behind this one. It is kept in the entry, so that it survives a lock. */
  depth = depthOf(history.state) ?? 0;

  listen(): () => void {
    const changed = (): void => {
      // A new entry has no depth yet, whether a link made it or this program; one gone back to has.
      this.depth = depthOf(history.state) ?? this.depth + 1;
      history.replaceState({ depth: this.depth }, '');
      this.current = parseRoute(location.hash);
    };
    history.replaceState({ depth: this.depth }, '');
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }
}

export const router = new Router();

/** Goes to a screen. */
export function go(route: Route): void {
  location.hash = href(route);
}

/** Replaces this screen, so that "back" does not return to it. */
export function replace(route: Route): void {
  history.replaceState({ depth: router.depth }, '', href(route));
  router.current = route;
}

/** Goes back where the person came from, or to `fallback` where this was the first screen. */
export function goBack(fallback: string): void {
  if (router.depth > 0) history.back();
  else replace(parseRoute(fallback));
}
