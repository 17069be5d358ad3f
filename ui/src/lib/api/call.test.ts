import { beforeEach, expect, it, vi } from 'vitest';
import { call, connect, sendFrame } from '.';
import type { Transport } from './transport';

let host: Transport & { send: ReturnType<typeof vi.fn>; sendRaw: ReturnType<typeof vi.fn> };
beforeEach(async () => {
  host = { send: vi.fn(async () => ({ documents: [] })), sendRaw: vi.fn(async () => ({ found: [] })) };
  await connect(host);
});

it('sends an empty object for a command without arguments', async () => {
  await call('documents_list');
  expect(host.send).toHaveBeenCalledWith('documents_list', {});
});

it('hands the arguments on as they are', async () => {
  await call('documents_get', { id: 'd1' });
  expect(host.send).toHaveBeenCalledWith('documents_get', { id: 'd1' });
});

it('throws a failure whatever the transport threw', async () => {
  host.send.mockRejectedValue(new Error('connection refused'));
  await expect(call('app_state')).rejects.toMatchObject({ code: 'host_unreachable', retryable: true });
});

it('tells the size of a frame beside its bytes', async () => {
  await sendFrame({ width: 2, height: 1, bytes: new Uint8Array([0, 255]) });
  expect(host.sendRaw).toHaveBeenCalledWith('scanner_frame', new Uint8Array([0, 255]), {
    'x-width': '2',
    'x-height': '1',
  });
});
