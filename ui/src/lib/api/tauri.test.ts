import { beforeEach, describe, expect, it, vi } from 'vitest';

const invoke = vi.hoisted(() => vi.fn());
vi.mock('@tauri-apps/api/core', () => ({ invoke }));

/** The host of a page for which that was asked before. */
async function host(early: Record<string, Promise<unknown>>) {
  vi.resetModules();
  vi.stubGlobal('__ACASA_EARLY__', early);
  return (await import('./tauri')).tauri;
}

describe('the host of a window', () => {
  beforeEach(() => {
    invoke.mockReset();
    invoke.mockResolvedValue('now');
    vi.spyOn(performance, 'now').mockReturnValue(100);
  });

  it('gives an early answer once', async () => {
    const tauri = await host({ app_state: Promise.resolve('early') });
    expect(await tauri.send('app_state', {})).toBe('early');
    expect(await tauri.send('app_state', {})).toBe('now');
    expect(invoke).toHaveBeenCalledTimes(1);
  });

  it('asks for what was not asked before, with its arguments', async () => {
    const tauri = await host({ app_state: Promise.resolve('early') });
    expect(await tauri.send('documents_get', { id: '1' })).toBe('now');
    expect(invoke).toHaveBeenCalledWith('documents_get', { arguments: { id: '1' } });
  });

  it('asks again for what was asked too early', async () => {
    const failed = Promise.reject(new Error('nobody is there yet'));
    const tauri = await host({ app_state: failed });
    expect(await tauri.send('app_state', {})).toBe('now');
  });

  it('gives no old answer', async () => {
    const tauri = await host({ vault_status: Promise.resolve('early') });
    vi.spyOn(performance, 'now').mockReturnValue(5000);
    expect(await tauri.send('vault_status', {})).toBe('now');
  });
});
