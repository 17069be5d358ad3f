import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { counted, quiet } from './pending';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function isQuiet(): Promise<boolean> {
  let told = false;
  void quiet().then(() => (told = true));
  await vi.advanceTimersByTimeAsync(0);
  return told;
}

test('without a command under way it is quiet at once', async () => {
  expect(await isQuiet()).toBe(true);
});

test('it is quiet when the last answer is here, also if it is a failure', async () => {
  let answer = (): void => undefined;
  let fail = (): void => undefined;
  const one = counted(new Promise<void>((resolve) => (answer = resolve)));
  const two = counted(new Promise<void>((_, reject) => (fail = () => reject(new Error('no')))));
  let told = false;
  void quiet().then(() => (told = true));

  answer();
  await one;
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toBe(false);

  fail();
  await expect(two).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toBe(true);
});

test('an answer that does not come is not waited for longer than a second', async () => {
  void counted(new Promise(() => undefined));
  let told = false;
  void quiet().then(() => (told = true));

  await vi.advanceTimersByTimeAsync(999);
  expect(told).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toBe(true);
});
