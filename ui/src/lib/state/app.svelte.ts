import {
  type AppStateView,
  call,
  connect,
  type HostFailure,
  type LanguageTag,
  startAnew,
  type Theme,
  toFailure,
} from '$lib/api';
import { guessLanguage, useLanguage } from '$lib/i18n/language';
import { hush } from './announce.svelte';

/** Where the app stands, as the core last said. */
class App {
  view = $state<AppStateView>();
  failure = $state<HostFailure>();
  language = $state<LanguageTag>('ro');

  /** Opens the way to the host and asks where the app stands. */
  async start(): Promise<void> {
    try {
      await connect();
    } catch (thrown) {
      this.failure = toFailure(thrown);
      return;
    }
    await this.load();
  }

  async load(): Promise<void> {
    try {
      this.apply(await call('app_state'));
      this.failure = undefined;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  apply(view: AppStateView): void {
    this.view = view;
    this.wear(view.theme);
    this.speak(view.language ?? guessLanguage(navigator.languages));
  }

  speak(language: LanguageTag): void {
    if (language !== this.language) hush();
    useLanguage(language);
    this.language = language;
  }

  wear(theme: Theme): void {
    const root = document.documentElement;
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
  }

  /** Closes the vault and starts the page anew: nothing personal may stay in it. The route stays in the address. */
  async lock(): Promise<void> {
    await call('vault_lock').catch(() => undefined);
    await startAnew();
  }
}

export const app = new App();

/** Codes that mean the vault was closed meanwhile: by time, by suspend, from another window. */
export function isLocked(failure: HostFailure): boolean {
  return failure.code === 'vault_locked' || failure.code === 'locked';
}
