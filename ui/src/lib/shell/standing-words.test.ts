import { beforeAll, expect, it } from 'vitest';
import type { ConnectionView } from '$lib/api';
import { useLanguage } from '$lib/i18n/language';
import type { Standing } from '$lib/state/standing';
import { chipWords } from './standing-words';

const view = { upToDateAt: '2026-11-21T07:40:00Z', waiting: 3, toConfirm: 21 } as ConnectionView;
const now = Date.parse('2026-11-21T07:42:30Z');

beforeAll(() => useLanguage('ro'));

it.each<[Standing, string | undefined]>([
  ['revoked', 'Intrați din nou'],
  ['suspended', 'Intrați din nou'],
  ['sign_in', 'Intrați din nou'],
  ['to_confirm', '21 de acțiuni de confirmat'],
  ['syncing', 'Se actualizează…'],
  ['offline_waiting', 'Fără conexiune · 3 acțiuni așteaptă'],
  ['waiting', '3 acțiuni așteaptă'],
  ['offline', 'Fără conexiune'],
  ['online', 'Conectat'],
  ['up_to_date', 'La zi acum 2 minute'],
  ['unknown', undefined],
])('the chip says of %s: %s', (stands, words) => {
  expect(chipWords(view, stands, now)).toBe(words);
});
