import { call, type DocumentView, type HostFailure, type ShowingView } from '$lib/api';
import { disclosureSentence } from '$lib/documents/disclosure';
import { announce } from '$lib/state/announce.svelte';
import { pendingChallenge } from '$lib/state/challenge.svelte';
import { Stopwatch } from '$lib/state/clock.svelte';
import { noteFailure } from '$lib/state/loaded.svelte';
import { presetFor } from './presets';

/** A showing closes by itself after this long, unless it is kept open. */
export const OPEN_SECONDS = 120;
/** From here on the screen says that it will close. */
export const WARN_SECONDS = 20;

/** One document being shown: begun, renewed while it is looked at, and ended. */
export class Showing {
  document = $state.raw<DocumentView>();
  view = $state.raw<ShowingView>();
  failure = $state.raw<HostFailure>();
  preset = $state<string>();
  over = $state(false);
  /** Whether a code of it can be seen: a moving one only once it was started. */
  seen = $state(false);
  readonly verifier: string | undefined = pendingChallenge.view?.verifier;
  readonly #documentId: string;
  readonly #challenge: string | null = pendingChallenge.text ?? null;
  readonly #code = new Stopwatch();
  readonly #open = new Stopwatch();
  readonly #timer: ReturnType<typeof setInterval>;
  #renewing = false;
  #ended = false;

  constructor(documentId: string) {
    this.#documentId = documentId;
    this.#timer = setInterval(() => this.#tick(), 250);
  }

  /** Seconds until the code is renewed. */
  get renewLeft(): number {
    return Math.max(0, (this.view?.renewInSeconds ?? 0) - this.#code.elapsed);
  }

  /** Seconds until the screen closes. */
  get closeLeft(): number {
    return Math.max(0, OPEN_SECONDS - this.#open.elapsed);
  }

  get renewDue(): boolean {
    return this.view !== undefined && this.renewLeft === 0;
  }

  async open(): Promise<void> {
    try {
      this.document = await call('documents_get', { id: this.#documentId });
      const asked = pendingChallenge.view?.elements ?? [];
      const preset = presetFor(this.document.presets, asked);
      if (preset) await this.begin(preset.key);
    } catch (thrown) {
      this.failure = noteFailure(thrown);
    }
  }

  /** Starts showing a preset; another one that was shown before ends first. */
  async begin(preset: string): Promise<void> {
    this.failure = undefined;
    const before = this.view?.id;
    try {
      if (before) await call('showing_end', { id: before });
      this.view = undefined;
      this.seen = false;
      this.preset = preset;
      const view = await call('showing_begin', {
        document: this.#documentId,
        preset,
        challenge: this.#challenge,
      });
      if (this.#ended) {
        await call('showing_end', { id: view.id });
        return;
      }
      this.#take(view);
      announce(disclosureSentence(view.elements));
    } catch (thrown) {
      this.failure = noteFailure(thrown);
    }
  }

  /** Renews the code. Said to nobody: what is shown stays the same. */
  async renew(): Promise<void> {
    const id = this.view?.id;
    if (!id || this.#renewing) return;
    this.#renewing = true;
    try {
      const view = await call('showing_renew', { id });
      if (this.view?.id === id) this.#take(view);
    } catch (thrown) {
      this.failure = noteFailure(thrown);
    } finally {
      this.#renewing = false;
    }
  }

  keepOpen(): void {
    this.#open.restart();
  }

  async end(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#code.stop();
    this.#open.stop();
    pendingChallenge.drop();
    const id = this.view?.id;
    this.view = undefined;
    if (id) await call('showing_end', { id }).catch(() => undefined);
  }

  #take(view: ShowingView): void {
    this.view = view;
    this.seen ||= view.code !== null;
    this.#code.restart();
  }

  #tick(): void {
    if (this.closeLeft === 0) this.over = true;
    // A moving code is renewed between its cycles, by what plays it.
    if (this.renewDue && this.view?.code && !this.failure) void this.renew();
  }
}
