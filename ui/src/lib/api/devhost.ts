import { HostFailure, toFailure } from './failure';
import type { Transport } from './transport';

async function post(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(path, {
    ...init,
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
  });
  const body: unknown = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw toFailure(body);
  return body;
}

/** The same host over loopback HTTP, for a browser. */
export const devhost: Transport = {
  send: (command, args) =>
    post(`/api/${command}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    }),
  sendRaw: (command, bytes, headers) =>
    post(`/api/${command}`, {
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: bytes,
    }),
};

/**
 * Exchanges the one-time token in the address's fragment for a cookie, then takes it out of the address.
 * A fragment that is a route (`#/…`) is no token.
 */
export async function openSession(location: Location, history: History): Promise<void> {
  const fragment = location.hash.slice(1);
  if (fragment === '' || fragment.startsWith('/')) return;
  history.replaceState(null, '', location.pathname);
  const answer = await post('/session', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: fragment }),
  }).catch((thrown: unknown) => toFailure(thrown));
  if (answer instanceof HostFailure) throw answer;
}
