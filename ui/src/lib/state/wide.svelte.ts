/** Whether there is room for a list and its detail side by side. */
class Wide {
  readonly #query = window.matchMedia('(min-width: 992px)');
  yes = $state(this.#query.matches);

  constructor() {
    this.#query.addEventListener('change', () => (this.yes = this.#query.matches));
  }
}

export const wide = new Wide();
