/*
 * What the PIN field can do without is loaded when it is needed, so that the field is there sooner and what nobody
 * opens takes no memory. Each is loaded once.
 */

/** What keeps the whole app from going on. */
export const blocked = (): Promise<typeof import('$screens/Blocked.svelte')> =>
  import('$screens/Blocked.svelte');
/** The question before everything is deleted. */
export const forgetting = (): Promise<typeof import('$screens/ForgetSheet.svelte')> =>
  import('$screens/ForgetSheet.svelte');
/** Everything behind the PIN. */
export const opened = (): Promise<typeof import('$screens/Opened.svelte')> =>
  import('$screens/Opened.svelte');
/** The way in for somebody new. */
export const enrolling = (): Promise<typeof import('$screens/enrol/Enrol.svelte')> =>
  import('$screens/enrol/Enrol.svelte');
/** Checking what others show, which needs no PIN. */
export const verifying = (): Promise<typeof import('$screens/Verify.svelte')> =>
  import('$screens/Verify.svelte');
/** The way to another profile, once there is a picture without it. */
export const picking = async (): Promise<typeof import('$screens/ProfilePicker.svelte')> => {
  await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return import('$screens/ProfilePicker.svelte');
};
/** What opens a vault where no keystore holds a secret. */
export const passphrase = (): Promise<typeof import('$lib/vault/PassphraseForm.svelte')> =>
  import('$lib/vault/PassphraseForm.svelte');
