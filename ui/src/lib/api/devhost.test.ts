import { afterEach, expect, it, vi } from 'vitest';
import { devhost, openSession } from './devhost';

function answer(status: number, body?: unknown): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(
    async () => new Response(body === undefined ? null : JSON.stringify(body), { status }),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
}
afterEach(() => vi.unstubAllGlobals());

const at = (hash: string): Location => ({ hash, pathname: '/' }) as Location;
const past = { replaceState: vi.fn() } as unknown as History;

it('exchanges the token of the address once and takes it out of the address', async () => {
  const fetched = answer(204);
  await openSession(at('#0a1b2c'), past);
  expect(fetched).toHaveBeenCalledOnce();
  expect(fetched.mock.calls[0]?.[0]).toBe('/session');
  expect((fetched.mock.calls[0]?.[1] as RequestInit).body).toBe('{"token":"0a1b2c"}');
  expect(past.replaceState).toHaveBeenCalledWith(null, '', '/');
});

it('takes a route for no token', async () => {
  const fetched = answer(204);
  await openSession(at('#/documents'), past);
  expect(fetched).not.toHaveBeenCalled();
});

it('throws what the host answered with', async () => {
  answer(409, { code: 'vault_locked', retryable: false, ref: 'X' });
  await expect(devhost.send('documents_list', {})).rejects.toMatchObject({ code: 'vault_locked' });
});

it('sends a frame as raw bytes with its size in headers', async () => {
  const fetched = answer(200, { found: [] });
  await devhost.sendRaw('scanner_frame', new Uint8Array([1, 2]), { 'x-width': '2', 'x-height': '1' });
  const init = fetched.mock.calls[0]?.[1] as RequestInit;
  expect(init.headers).toMatchObject({ 'x-width': '2', 'content-type': 'application/octet-stream' });
});
