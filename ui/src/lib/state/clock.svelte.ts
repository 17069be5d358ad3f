/** A clock for countdowns: seconds since it was made, a few times a second, until it is stopped. */
export class Stopwatch {
  elapsed = $state(0);
  #began = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(everyMs = 250) {
    this.#timer = setInterval(() => {
      this.elapsed = (performance.now() - this.#began) / 1000;
    }, everyMs);
  }

  restart(): void {
    this.#began = performance.now();
    this.elapsed = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
