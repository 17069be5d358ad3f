import type { FoundView, VerdictView } from '../types';
import { fakePortrait } from './pictures';

/** A verdict under this headline. */
export function fakeVerdict(wanted: string): VerdictView {
  const alone = wanted === 'alone';
  const headline = alone ? 'authentic_not_bound' : wanted;
  const rejected = headline === 'rejected';
  return {
    headline: headline as VerdictView['headline'],
    reason: rejected
      ? 'digest_mismatch'
      : headline === 'incomplete'
        ? 'no_status_list'
        : headline === 'authentic'
          ? 'authentic'
          : 'authentic_not_bound',
    documentType: 'md.gov.wallet.pid.1',
    issuer: 'Agenția Servicii Publice',
    portrait: alone ? null : fakePortrait(),
    fields: [
      { key: 'family_name', sensitive: false, value: { type: 'text', value: 'Ceban-Rusu' } },
      { key: 'given_name', sensitive: false, value: { type: 'text', value: 'Ecaterina' } },
      { key: 'age_over_18', sensitive: false, value: { type: 'truth', value: true } },
    ],
    checks: [
      { check: 'parse', outcome: 'pass', detail: null },
      { check: 'issuer_chain', outcome: 'pass', detail: null },
      { check: 'digests', outcome: rejected ? 'fail' : 'pass', detail: rejected ? 'digest_mismatch' : null },
      { check: 'device_signature', outcome: 'pass', detail: null },
      {
        check: 'freshness',
        outcome: 'pass',
        detail: headline === 'authentic' ? 'challenge_answered' : 'clocks_agree_person_not_proved',
      },
      { check: 'key_binding', outcome: 'skipped', detail: 'not_an_sd_jwt' },
      {
        check: 'status',
        outcome: headline === 'incomplete' ? 'skipped' : 'pass',
        detail: headline === 'incomplete' ? 'no_status_list' : null,
      },
    ],
    trustAgeSeconds: 7_400,
    challengeAnswered: headline === 'authentic',
    tookMs: 3.1,
  };
}

const blank = { wellFormed: true, errors: [], warnings: [], verdict: null, challenge: null };

/** What a text is found to be. */
export function fakeFound(text: string, headline: string): FoundView {
  if (text.startsWith('MD1C:')) {
    return {
      ...blank,
      kind: 'challenge',
      text,
      fields: [],
      warnings: text.includes('KNOWN') ? [] : ['unsigned_request'],
      challenge: {
        verifier: text.includes('NAMELESS') ? '' : 'Banca din colț',
        known: text.includes('KNOWN'),
        elements: ['family_name', 'given_name', 'age_over_18'],
        purpose: 'Deschiderea unui cont',
        retain: false,
      },
    };
  }
  if (text.startsWith('MD1:')) {
    return { ...blank, kind: 'proof', text, fields: [], verdict: fakeVerdict(headline) };
  }
  if (/^https?:/.test(text)) {
    return {
      ...blank,
      kind: 'link',
      text,
      fields: [
        { name: 'host', value: 'mpay-gov.md.example' },
        { name: 'government', value: 'false' },
        { name: 'url', value: text },
      ],
      warnings: ['look_alike_host', 'insecure_http'],
    };
  }
  if (text.startsWith('0002')) {
    return { ...blank, kind: 'emvco', text, wellFormed: false, errors: ['checksum_mismatch'], fields: [] };
  }
  return { ...blank, kind: 'text', text, fields: [{ name: 'characters', value: String(text.length) }] };
}
