import { call } from '$lib/api';
import { app } from './app.svelte';

const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;
const TOUCH_EVERY_MS = 10_000;

/**
 * Watches for the person: tells the core now and then that they are there, and locks when they are not.
 * The core has a clock of its own; this one only makes the screen go at the same time.
 */
export function watchIdle(lockAfterSeconds: () => number): () => void {
  let last = Date.now();
  let told = 0;
  const seen = (): void => {
    last = Date.now();
    if (last - told < TOUCH_EVERY_MS) return;
    told = last;
    call('vault_touch').catch(() => undefined);
  };
  const timer = setInterval(() => {
    if (Date.now() - last >= lockAfterSeconds() * 1000) void app.lock();
  }, 1000);
  for (const sign of SIGNS) window.addEventListener(sign, seen, { passive: true });
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) window.removeEventListener(sign, seen);
  };
}
