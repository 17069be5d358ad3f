import type { ConnectionView, NoticePreferenceChange, NoticePreferencesView } from '$lib/api';
import { m } from '$lib/i18n/messages';
import { needsSignIn } from '$lib/state/standing';

/** The ways the state's letters can take. */
export const CHANNELS = [
  { name: 'email', label: m.letters_email, hint: m.letters_email_hint },
  { name: 'sms', label: m.letters_sms, hint: m.letters_sms_hint },
  { name: 'viber', label: m.letters_viber, hint: m.letters_viber_hint },
  { name: 'app', label: m.letters_app, hint: m.letters_app_hint },
] as const;

/** Whether a change would leave no way for a letter to arrive. */
export function isLastChannel(view: NoticePreferencesView, change: NoticePreferenceChange): boolean {
  const after = { ...view, ...change };
  return Object.values(change).includes(false) && CHANNELS.every(({ name }) => !after[name]);
}

/** What is said of a change that the state has not confirmed yet. */
export function waitingWords(connection: ConnectionView | undefined): string {
  if (needsSignIn(connection)) return m.letters_waiting_sign_in();
  return connection?.online === false ? m.letters_waiting_offline() : m.letters_waiting();
}
