import { call, type HostFailure, type SignInProgressView, type SignInView } from '$lib/api';
import { app } from './app.svelte';
import { connection } from './connection.svelte';
import { noteFailure } from './loaded.svelte';
import { replace, router } from './router.svelte';

/** The steps from "who are you" to the first document shown. */
export type Step = 'welcome' | 'how' | 'people' | 'waiting' | 'consent' | 'secret' | 'receive' | 'try';
type Ended = Exclude<SignInProgressView['state'], 'waiting' | 'done'>;

/** Between two questions to the core, so that an answer that comes at once does not make a storm. */
const BREATH_MS = 400;

class Enrolment {
  step = $state<Step>();
  signIn = $state<SignInView>();
  ended = $state<Ended>();
  failure = $state<HostFailure>();
  givenName = $state('');
  /** Offers the person agreed to. */
  chosen = $state<string[]>([]);
  /** A document to try the app with. */
  tryWith = $state<string>();

  /** Begins with what will happen in the browser. */
  start(): void {
    this.#enter('how');
  }

  chooseSandboxPerson(): void {
    this.#enter('people');
  }

  /** The browser's "back" goes a step back, and never out of the app while there is one. */
  listen(): () => void {
    const back = (): void => {
      if (this.step === undefined) return;
      this.#back();
      if (this.step !== undefined) this.#mark();
    };
    window.addEventListener('popstate', back);
    return () => window.removeEventListener('popstate', back);
  }

  /** Opens the browser, then waits until it comes back. */
  async signInWithBrowser(): Promise<void> {
    this.#clear();
    this.step = 'waiting';
    try {
      const signIn = await call('sign_in_begin', { language: app.language });
      this.signIn = signIn;
      while (this.step === 'waiting' && this.signIn?.id === signIn.id) {
        const progress = await call('sign_in_wait', { id: signIn.id });
        if (progress.state !== 'waiting') {
          if (this.signIn?.id === signIn.id) this.#arrive(progress);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
      }
    } catch (thrown) {
      this.failure = noteFailure(thrown);
    }
  }

  async signInAs(person: string): Promise<void> {
    this.failure = undefined;
    try {
      this.#arrive(await call('sandbox_sign_in', { person }));
    } catch (thrown) {
      this.failure = noteFailure(thrown);
    }
  }

  async cancelSignIn(): Promise<void> {
    const id = this.signIn?.id;
    this.leave();
    if (id) await call('sign_in_cancel', { id }).catch(() => undefined);
  }

  /** After consent: the vault first, where there is none. */
  agree(offers: string[]): void {
    this.chosen = offers;
    if (app.view?.phase !== 'unlocked') this.step = 'secret';
    else if (offers.length > 0) this.step = 'receive';
    else this.finish();
  }

  vaultMade(): void {
    if (this.chosen.length > 0) this.step = 'receive';
    else this.finish();
  }

  finish(): void {
    const opened = app.view?.phase === 'unlocked';
    this.leave();
    if (opened) replace({ name: 'home' });
  }

  leave(): void {
    this.#clear();
    this.step = undefined;
  }

  /** Gives up after signing in: where no vault was made yet, the core forgets what it began. */
  async giveUp(): Promise<void> {
    if (app.view?.phase === 'enrolling') {
      try {
        app.apply(await call('vault_forget', { confirmed: true }));
      } catch (thrown) {
        this.failure = noteFailure(thrown);
        return;
      }
    }
    this.leave();
  }

  #arrive(progress: SignInProgressView): void {
    if (progress.state === 'done') {
      this.givenName = progress.givenName;
      this.step = 'consent';
      void connection.ask();
    } else if (progress.state !== 'waiting') {
      this.ended = progress.state;
      this.step = 'waiting';
    }
  }

  #enter(step: Step): void {
    this.#clear();
    if (this.step === undefined) this.#mark();
    this.step = step;
  }

  /** An entry of the history for "back" to use up, at the same address and depth. */
  #mark(): void {
    history.pushState({ depth: router.depth }, '');
  }

  #back(): void {
    if (this.step === 'secret') this.step = 'consent';
    else if (this.step === 'waiting') void this.cancelSignIn();
    else if (this.step === 'consent') void this.giveUp();
    else if (this.step === 'try') this.finish();
    // What is arriving is not called off by going back.
    else if (this.step !== 'receive') this.leave();
  }

  #clear(): void {
    this.signIn = undefined;
    this.ended = undefined;
    this.failure = undefined;
    this.chosen = [];
    this.tryWith = undefined;
  }
}

export const enrolment = new Enrolment();
