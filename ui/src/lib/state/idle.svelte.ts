import { call } from '$lib/api';
import { app } from './app.svelte';

const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;
const TOUCH_EVERY_MS = 10_000;
const LOOK_EVERY_MS = 500;
/** From here on the screen says that it will lock. */
const WARN_SECONDS = 20;

/**
 * Watches for the person: tells the core now and then that they are there, warns before the lock, and locks.
 * The core has a clock of its own; this one only makes the screen go at the same time.
 */
class Idle {
  /** Seconds until the lock, once the person should know. */
  left = $state<number>();
  /** Screens that have a countdown of their own say this one in the same place. */
  #claims = $state(0);
  #last = Date.now();
  #told = 0;

  /** Whether no screen has taken it on itself to warn. */
  get unclaimed(): boolean {
    return this.#claims === 0;
  }

  /** Says that a screen warns by itself, until the answer is called. */
  claim(): () => void {
    this.#claims += 1;
    return () => (this.#claims -= 1);
  }

  /** The person is there. */
  stay(): void {
    this.#last = Date.now();
    this.left = undefined;
    this.#tell();
  }

  watch(lockAfterSeconds: () => number): () => void {
    const seen = (event: Event): void => {
      if (!answersItself(event)) this.stay();
    };
    const look = (): void => {
      const idle = (Date.now() - this.#last) / 1000;
      const left = lockAfterSeconds() - idle;
      this.left = left <= WARN_SECONDS ? Math.max(0, Math.ceil(left)) : undefined;
      if (left <= 0) void app.lock();
      else this.#tell();
    };
    this.#last = Date.now();
    const timer = setInterval(look, LOOK_EVERY_MS);
    for (const sign of SIGNS) window.addEventListener(sign, seen, { passive: true, capture: true });
    return () => {
      clearInterval(timer);
      this.left = undefined;
      for (const sign of SIGNS) window.removeEventListener(sign, seen, { capture: true });
    };
  }

  /** Tells the core of the last sign, seldom enough, and never later than the core's own clock needs it. */
  #tell(): void {
    const now = Date.now();
    if (this.#last <= this.#told || now - this.#told < TOUCH_EVERY_MS) return;
    this.#told = now;
    call('vault_touch').catch(() => undefined);
  }
}

/** A press of the button that answers the warning: the button must still be there when the press is over. */
function answersItself(event: Event): boolean {
  if (!(event.target instanceof Element) || !event.target.closest('[data-stays]')) return false;
  return !(event instanceof KeyboardEvent) || event.key === 'Enter' || event.key === ' ';
}

export const idle = new Idle();
