/** The screens that have an address. Addresses hold opaque ids only, never anything personal. */
export type Route =
  | { name: 'home' }
  | { name: 'documents' }
  | { name: 'document'; id: string }
  | { name: 'show'; id: string }
  | { name: 'scan' }
  | { name: 'activity' }
  | { name: 'more' }
  | { name: 'settings' }
  | { name: 'report' }
  | { name: 'about' }
  | { name: 'profiles' }
  | { name: 'kept' }
  | { name: 'verify' };

const PLAIN = [
  'home',
  'documents',
  'scan',
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
  if ((name === 'document' || name === 'show') && known) return { name, id };
  return isPlain(name) ? { name } : { name: 'home' };
}

/** The address of a screen. */
export function href(route: Route): string {
  return 'id' in route ? `#/${route.name}/${route.id}` : `#/${route.name}`;
}

class Router {
  current = $state<Route>(parseRoute(location.hash));
  /** How many screens of this visit lie behind this one. */
  depth = 0;

  listen(): () => void {
    const changed = (): void => {
      this.current = parseRoute(location.hash);
    };
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }
}

export const router = new Router();

/** Goes to a screen. */
export function go(route: Route): void {
  router.depth += 1;
  location.hash = href(route);
}

/** Replaces this screen, so that "back" does not return to it. */
export function replace(route: Route): void {
  history.replaceState(null, '', href(route));
  router.current = route;
}

/** Goes back where the person came from, or to `fallback` where this was the first screen. */
export function goBack(fallback: string): void {
  if (router.depth > 0) {
    router.depth -= 1;
    history.back();
  } else {
    replace(parseRoute(fallback));
  }
}
