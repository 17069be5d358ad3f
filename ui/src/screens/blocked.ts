import { m } from '$lib/i18n/messages';
import type { DrawingName } from '$lib/ui/Drawing.svelte';

/** A state in which the app cannot go on by itself: what happened, what it means, what can be done. */
export interface BlockedWords {
  drawing: DrawingName;
  title: () => string;
  body: () => string;
  meaning: () => string;
  act: 'retry' | 'forget' | 'sign_in' | 'none';
}

const KNOWN: Record<string, BlockedWords> = {
  keystore_unavailable: {
    drawing: 'key',
    title: m.blocked_keystore_title,
    body: m.blocked_keystore_body,
    meaning: m.blocked_keystore_meaning,
    act: 'retry',
  },
  vault_damaged: {
    drawing: 'damaged',
    title: m.blocked_damaged_title,
    body: m.blocked_damaged_body,
    meaning: m.blocked_damaged_meaning,
    act: 'forget',
  },
  vault_destroyed: {
    drawing: 'key',
    title: m.blocked_closed_title,
    body: m.error_vault_destroyed,
    meaning: m.blocked_damaged_meaning,
    act: 'forget',
  },
  vault_other_device: {
    drawing: 'key',
    title: m.blocked_closed_title,
    body: m.error_vault_other_device,
    meaning: m.blocked_damaged_meaning,
    act: 'forget',
  },
  disk_full: {
    drawing: 'disk',
    title: m.blocked_disk_title,
    body: m.blocked_disk_body,
    meaning: m.blocked_disk_meaning,
    act: 'retry',
  },
  profile_in_use: {
    drawing: 'windows',
    title: m.blocked_in_use_title,
    body: m.blocked_in_use_body,
    meaning: m.blocked_in_use_meaning,
    act: 'retry',
  },
  newer_version: {
    drawing: 'newer',
    title: m.blocked_newer_title,
    body: m.blocked_newer_body,
    meaning: m.blocked_newer_meaning,
    act: 'none',
  },
  device_revoked: {
    drawing: 'revoked',
    title: m.blocked_revoked_title,
    body: m.blocked_revoked_body,
    meaning: m.blocked_revoked_meaning,
    act: 'sign_in',
  },
  clock_wrong: {
    drawing: 'clock',
    title: m.blocked_clock_title,
    body: m.blocked_clock_body,
    meaning: m.blocked_clock_meaning,
    act: 'retry',
  },
  app_too_old: {
    drawing: 'newer',
    title: m.blocked_old_title,
    body: m.blocked_old_body,
    meaning: m.blocked_old_meaning,
    act: 'none',
  },
  host_unreachable: {
    drawing: 'offline',
    title: m.blocked_host_title,
    body: m.blocked_host_body,
    meaning: m.blocked_host_meaning,
    act: 'retry',
  },
};

/** Other names under which parts of the core report the same states. */
const ALIASES: Record<string, string> = {
  vault_no_keystore: 'keystore_unavailable',
  keystore_locked: 'keystore_unavailable',
  keystore_denied: 'keystore_unavailable',
  keystore_timed_out: 'keystore_unavailable',
  vault_weak_parameters: 'vault_damaged',
  vault_disk_full: 'disk_full',
  vault_newer_version: 'newer_version',
  vault_in_use: 'profile_in_use',
  internal: 'host_unreachable',
};

/** The words for a failure that stops the whole app, where it has a screen of its own. */
export function blockedWords(code: string): BlockedWords | undefined {
  return KNOWN[code] ?? KNOWN[ALIASES[code] ?? ''];
}
