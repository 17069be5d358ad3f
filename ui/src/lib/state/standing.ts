import type { ConnectionView } from '$lib/api';

/** How the app stands with the state, the most pressing first: message keys `connection_body_<key>`. */
export type Standing =
  | 'revoked'
  | 'suspended'
  | 'sign_in'
  | 'to_confirm'
  | 'paused'
  | 'syncing'
  | 'offline_waiting'
  | 'waiting'
  | 'offline'
  | 'up_to_date'
  | 'online'
  | 'unknown';

/** Which of them it is; `lasting` says whether a sync has gone on for longer than a moment. */
export function standing(view: ConnectionView, lasting: boolean): Standing {
  if (view.blocked === 'device_revoked') return 'revoked';
  if (view.suspended) return 'suspended';
  if (view.signInNeeded) return 'sign_in';
  if (view.toConfirm > 0) return 'to_confirm';
  if (view.paused) return 'paused';
  if (lasting) return 'syncing';
  if (view.waiting > 0) return view.online === false ? 'offline_waiting' : 'waiting';
  if (view.online === false) return 'offline';
  if (view.online === null) return 'unknown';
  return view.upToDateAt === null ? 'online' : 'up_to_date';
}

/** Whether nothing goes on before the person signs in again. */
export function needsSignIn(view: ConnectionView | undefined): boolean {
  return view !== undefined && ['revoked', 'suspended', 'sign_in'].includes(standing(view, false));
}

/** Whether a list of acts, or what they change, may read differently since an earlier view. */
export function hasMoved(before: ConnectionView | undefined, now: ConnectionView | undefined): boolean {
  if (!before || !now || before === now) return false;
  return (
    now.waiting > 0 ||
    now.syncing ||
    before.syncing ||
    before.waiting !== now.waiting ||
    before.toConfirm !== now.toConfirm ||
    before.upToDateAt !== now.upToDateAt
  );
}

/** Milliseconds until it is worth asking again. */
export function askAgainIn(view: ConnectionView | undefined): number {
  if (view?.syncing) return 1_000;
  return view && view.waiting > 0 && view.online && !needsSignIn(view) ? 3_000 : 15_000;
}
