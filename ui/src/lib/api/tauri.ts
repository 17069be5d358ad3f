import { invoke } from '@tauri-apps/api/core';
import type { Transport } from './transport';

/** The window's own host, over Tauri's IPC. */
export const tauri: Transport = {
  send: (command, args) => invoke(command, { arguments: args }),
  sendRaw: (command, bytes, headers) => invoke(command, bytes, { headers }),
};
