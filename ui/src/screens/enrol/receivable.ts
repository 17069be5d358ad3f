import type { OfferView } from '$lib/api';

/** Whether a document can be received: one that is held is there already, one that is over is not issued. */
export function canReceive(offer: OfferView): boolean {
  return !offer.held && offer.state !== 'expired' && offer.state !== 'revoked';
}
