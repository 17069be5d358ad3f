import type { ReadChallengeView } from '$lib/api';

/** A verifier's challenge that was read and waits for the person to choose a document. Never in an address. */
class PendingChallenge {
  text = $state<string>();
  view = $state<ReadChallengeView>();

  take(text: string, view: ReadChallengeView): void {
    this.text = text;
    this.view = view;
  }

  drop(): void {
    this.text = undefined;
    this.view = undefined;
  }
}

export const pendingChallenge = new PendingChallenge();
