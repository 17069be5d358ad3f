/*
 * Answers on their way. A page that is left while one comes leaves its bytes in the memory of the core's process,
 * so whoever starts the page anew lets them arrive first.
 */

const PATIENCE_MS = 1000;
let underWay = 0;
let waiting: (() => void)[] = [];

/** Counts a command until its answer is here. */
export async function counted<T>(answer: Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await answer;
  } finally {
    underWay -= 1;
    if (underWay === 0) {
      for (const tell of waiting) tell();
      waiting = [];
    }
  }
}

/** Resolves once no command is under way, or after a second. */
export async function quiet(): Promise<void> {
  if (underWay === 0) return;
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    setTimeout(resolve, PATIENCE_MS);
  });
}

/** Starts the page anew, which forgets what is on it: hidden at once, left when the answers are here. */
export async function startAnew(): Promise<void> {
  document.documentElement.hidden = true;
  await quiet();
  location.reload();
}
