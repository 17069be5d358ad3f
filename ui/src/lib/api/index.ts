import { devhost, openSession } from './devhost';
import { toFailure } from './failure';
import type { Commands } from './generated/commands';
import type { Nothing } from './generated/Nothing';
import { counted } from './pending';
import { tauri } from './tauri';
import type { Transport } from './transport';

export { HostFailure, toFailure } from './failure';
export { startAnew } from './pending';
export type * from './types';

type JsonCommand = Exclude<keyof Commands, 'scanner_frame' | 'scanner_picture'>;
type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
type NoArguments = {
  [Name in JsonCommand]: Same<Commands[Name]['arguments'], Nothing> extends true ? Name : never;
}[JsonCommand];

let transport: Transport | undefined;

/** What the core asks the state for, or keeps for it; after each it knows anew how it stands with the state. */
const ASKING =
  /^(sign_in|sandbox|consent|documents_re|verifier_update|activity_(undo|withdraw|confirm|drop|export)|notices_(prefer|mark|announce|save)$)/;
let asked: (() => void) | undefined;

/** Has `listener` called after each command that asked the state, whether it was answered or not. */
export function onAsked(listener: () => void): () => void {
  asked = listener;
  return () => (asked = undefined);
}

/** Picks the way to the host. Only a build for trying the interface alone knows the fake one. */
async function pick(): Promise<Transport> {
  if ('__TAURI_INTERNALS__' in window) return tauri;
  if (import.meta.env.MODE === 'fake') return (await import('./fake')).makeFakeHost(location.search);
  await openSession(location, history);
  return devhost;
}

/** Opens the way to the host; to be called once, before the first command. */
export async function connect(chosen?: Transport): Promise<void> {
  try {
    transport = chosen ?? (await pick());
  } catch (thrown) {
    throw toFailure(thrown);
  }
}

function host(): Transport {
  if (!transport) throw toFailure(undefined);
  return transport;
}

/** Runs a command on the host. Throws `HostFailure`, nothing else. */
export async function call<Name extends JsonCommand>(
  command: Name,
  ...[args]: Name extends NoArguments ? [args?: Nothing] : [args: Commands[Name]['arguments']]
): Promise<Commands[Name]['answer']> {
  try {
    return (await counted(host().send(command, args ?? {}))) as Commands[Name]['answer'];
  } catch (thrown) {
    throw toFailure(thrown);
  } finally {
    if (ASKING.test(command)) asked?.();
  }
}

/** Sends a camera frame: `width` × `height` bytes of grey. */
export async function sendFrame(
  frame: Commands['scanner_frame']['arguments'] & { bytes: Uint8Array<ArrayBuffer> },
): Promise<Commands['scanner_frame']['answer']> {
  try {
    const headers = { 'x-width': String(frame.width), 'x-height': String(frame.height) };
    return (await host().sendRaw(
      'scanner_frame',
      frame.bytes,
      headers,
    )) as Commands['scanner_frame']['answer'];
  } catch (thrown) {
    throw toFailure(thrown);
  }
}

/** Sends a picture file as it is. */
export async function sendPicture(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Commands['scanner_picture']['answer']> {
  try {
    return (await host().sendRaw('scanner_picture', bytes, {})) as Commands['scanner_picture']['answer'];
  } catch (thrown) {
    throw toFailure(thrown);
  }
}
