import type { HostFailure } from '$lib/api';

/** Codes with which the core says that a document or a letter is not there, or that there can be none under such an id. */
const GONE = ['not_found', 'record_not_found', 'notice_gone', 'notice_unknown'];

/** Whether what was asked for is not on this device. */
export function isGone(failure: HostFailure): boolean {
  return GONE.includes(failure.code);
}
