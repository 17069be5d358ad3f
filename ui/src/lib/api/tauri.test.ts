import { beforeEach, describe, expect, it, vi } from 'vitest';

const invoke = vi.hoisted(() => vi.fn());
vi.mock('@tauri-apps/api/core', () => ({ invoke }));

/** The host of a page that was told that before. */
async function host(early: Record<string, unknown>) {
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

  it('gives what was told early once', async () => {
    const tauri = await host({ app_state: 'early' });
    expect(await tauri.send('app_state', {})).toBe('early');
    expect(await tauri.send('app_state', {})).toBe('now');
    expect(invoke).toHaveBeenCalledTimes(1);
  });

  it('asks for what was not told, with its arguments', async () => {
    const tauri = await host({ app_state: 'early' });
    expect(await tauri.send('documents_get', { id: '1' })).toBe('now');
    expect(invoke).toHaveBeenCalledWith('documents_get', { arguments: { id: '1' } });
  });

  it('gives nothing old', async () => {
    const tauri = await host({ vault_status: 'early' });
    vi.spyOn(performance, 'now').mockReturnValue(5000);
    expect(await tauri.send('vault_status', {})).toBe('now');
  });
});
