import { HostFailure } from '../failure';
import type { ActView, AppStateView, SettingsView, ShowingView } from '../types';
import { fakeActs } from './acts';
import { fakeReminders } from './announcements';
import { fakeDocument, fakeDocuments } from './documents';
import { fakeCode } from './pictures';
import { fakeFound, fakeVerdict } from './verdicts';

/** What the page's address asks the fake host to play. */
export interface Scene {
  phase: string;
  blocked: string | null;
  language: string | null;
  theme: string;
  keystore: boolean;
  sandbox: boolean;
  empty: boolean;
  offline: boolean;
  failing: string | null;
  verdict: string;
  long: boolean;
  delay: number;
  hindrance: string | null;
  held: boolean;
  /** How it stands with the state: `waiting`, `refused`, `restored`, `sign_in`, `suspended` or `arriving`. */
  sync: string | null;
  /** What is known of how letters arrive: `waiting` or `unknown`. */
  letters: string | null;
  /** What there is of letters: `empty` or `unknown`. */
  inbox: string | null;
  /** Which letters announce themselves: `off` or `quiet`. */
  announcements: string | null;
  lockAfter: number;
}

/** What becomes of what an act changed, once it was taken back or confirmed. */
export interface Settled {
  undone: () => void;
  confirmed: () => void;
}

/** Keeps an act that waits to be sent, and answers with its id. */
export type Keep = (kind: string, topic: ActView['topic'], then: Settled) => string;

type Answers = Record<string, ((args: never) => unknown) | undefined>;
const PIN = '135790';

/** Every command the interface calls, answered with invented data. */
export function fakeAnswers(scene: Scene): Record<string, ((args: object) => unknown) | undefined> {
  const state = {
    phase: scene.blocked ? 'blocked' : scene.phase,
    blocked: scene.blocked,
    deployment: {
      name: scene.sandbox ? 'sandbox' : 'md',
      sandbox: scene.sandbox,
      support: '+373 22 820 820',
    },
    language: scene.language,
    theme: scene.theme,
    keystore: scene.keystore,
    profile: { id: 'p1', nickname: 'Ecaterina', colour: 'blue' },
    lockAfterSeconds: scene.lockAfter,
    version: '0.1.0',
  } as AppStateView;
  const settings: SettingsView = {
    language: state.language,
    theme: state.theme,
    lockAfterSeconds: scene.lockAfter,
    verifierName: '',
    dataSaver: false,
    folder: '/home/e/.local/share/acasa/p1',
  };
  const documents = fakeDocuments(scene.long);
  const [first] = documents;
  let tries = 5;
  let asked = 0;
  let wanted: string[] = [];
  let kept: { id: string; keptAt: string; found: unknown }[] = [];

  const offers = documents.slice(0, 5).map((document) => ({
    id: `o-${document.id}`,
    documentType: document.documentType,
    issuer: 'Agenția Servicii Publice',
    validUntil: document.validUntil,
    state: document.state,
    elements: ['family_name', 'given_name', 'birth_date', 'document_number', 'portrait'],
    held: scene.held,
  }));
  const receipt = (): unknown => {
    const items = offers
      .filter((offer) => wanted.includes(offer.id))
      .map((offer, index) => {
        const failed = index === 2 && wanted.length > 1;
        const done = index < asked;
        return {
          offer: offer.id,
          documentType: offer.documentType,
          state: done ? (failed ? 'failed' : 'done') : index === asked ? 'working' : 'waiting',
          error: done && failed ? 'gateway_timeout' : null,
          document: done && !failed ? offer.id.slice(2) : null,
        };
      });
    asked += 1;
    return { items, finished: items.every((item) => item.state === 'done' || item.state === 'failed') };
  };
  const showing = (preset: string, madeAt: number): ShowingView => {
    const chosen = fakeDocument(first).presets.find((candidate) => candidate.key === preset);
    const moving = chosen?.moving === true;
    return {
      id: `s-${preset}`,
      preset,
      elements: chosen?.elements ?? [],
      code: moving ? null : fakeCode(preset === 'age' ? 105 : 117, madeAt % 997),
      frameCount: moving ? 12 : null,
      text: `MD1:FAKE ${preset} ${madeAt}`,
      madeAt: new Date(madeAt).toISOString(),
      renewInSeconds: 30,
      copiesLeft: 13,
      recognisable: false,
      verifier: null,
    };
  };
  const open = (): AppStateView => {
    state.phase = 'unlocked';
    return state;
  };
  const trust = {
    issuedAt: '2026-11-20T06:00:00Z',
    nextUpdate: '2026-11-27T06:00:00Z',
    issuers: 6,
    statusLists: 12,
    statusFetchedAt: '2026-11-21T06:00:00Z',
    stale: scene.offline,
  };

  const answers: Answers = {
    ...fakeActs(scene),
    app_state: () => ({ ...state }),
    app_report: () => ({ text: 'Acasă 0.1.0\n2026-11-21T08:00:00Z command failed code=gateway_unreachable' }),
    app_report_save: () => ({ path: '/home/e/acasa-report.txt' }),
    app_link: () => ({ text: null }),
    app_notices: () => ({
      text: '# Third-party notices\n\n| part | licence |\n|---|---|\n| svelte | MIT |\n\n## svelte\n\n```\nMIT <b>\n```',
    }),
    profiles_list: () => ({
      profiles: [state.profile, { id: 'p2', nickname: 'Mama', colour: 'magenta' }],
      current: 'p1',
    }),
    profiles_select: () => state,
    profiles_create: () => state,
    sign_in_begin: () => ({
      id: 'i1',
      address: 'https://sandbox.invalid/authorize?request_uri=urn:x',
      browserOpened: scene.phase !== 'no_browser',
      expiresInSeconds: 300,
    }),
    sign_in_wait: async () => {
      if (['denied', 'timed_out', 'wrong_person'].includes(scene.phase)) return { state: scene.phase };
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return { state: 'waiting' };
    },
    sign_in_cancel: () => ({}),
    sandbox_people: () => ({
      people: ['Ecaterina Ceban-Rusu', 'Ștefan Țurcanu', 'Наталья Борисовна Кожухарь', 'Dmitri Karaivan'].map(
        (name, index) => ({ id: `n${index}`, name, traits: index === 1 ? ['company'] : [] }),
      ),
    }),
    sandbox_sign_in: () => ({ state: 'done', givenName: 'Ecaterina' }),
    consent_offers: () => ({ offers }),
    vault_status: () => ({
      kind: scene.keystore ? 'pin' : 'passphrase',
      triesLeft: tries,
      waitSeconds: 0,
    }),
    vault_suggest_passphrase: () => ({ words: ['munte', 'lampa', 'vioara', 'secol', 'brad', 'poveste'] }),
    vault_check_secret: ({ secret }: { secret: string }) => {
      if (secret !== '123456') return {};
      throw new HostFailure({ code: 'pin_too_simple', retryable: false, ref: 'K7QM2PXA' });
    },
    vault_create: open,
    vault_unlock: ({ secret }: { secret: string }) => {
      if (secret === PIN || !scene.keystore) {
        open();
        return { outcome: 'opened' };
      }
      tries -= 1;
      return { outcome: 'wrong', triesLeft: tries, waitSeconds: tries < 3 ? 30 : 0 };
    },
    vault_lock: () => state,
    vault_touch: () => ({}),
    vault_change_secret: () => ({ outcome: 'opened' }),
    vault_forget_preview: () => ({ unsentActs: scene.offline ? 3 : 0 }),
    vault_forget: () => state,
    documents_receive: ({ offers: chosen }: { offers: string[] }) => {
      wanted = chosen;
      asked = 0;
      return receipt();
    },
    documents_receipt: receipt,
    documents_list: () => ({ documents: scene.empty ? [] : documents }),
    documents_get: ({ id }: { id: string }) => {
      const held = documents.find((document) => document.id === id);
      if (!held) throw new HostFailure({ code: 'record_not_found', retryable: false, ref: 'K7QM2PXA' });
      return fakeDocument(held);
    },
    reminders_list: () => fakeReminders(scene.empty ? [] : documents),
    reminders_save: () => ({ path: '/home/e/Downloads/acasa-permis.ics' }),
    documents_refresh: () => ({ changed: 1, copies: 3, signInNeeded: false }),
    documents_remove: () => ({}),
    showing_begin: ({ preset }: { preset: string }) => showing(preset, Date.now()),
    showing_renew: ({ id }: { id: string }) => showing(id.slice(2), Date.now()),
    showing_frames: ({ from, count }: { from: number; count: number }) => ({
      frames: Array.from({ length: count }, (_, index) => fakeCode(97, from + index)),
      cycle: 12,
    }),
    showing_end: () => ({}),
    scanner_frame: () => ({ found: [], progress: null, corners: null }),
    scanner_picture: () => ({ found: [], progress: null, corners: null }),
    scanner_text: ({ text }: { text: string }) => ({
      found: [fakeFound(text, scene.verdict)],
      progress: null,
      corners: null,
    }),
    scanner_reset: () => ({}),
    scanner_keep: ({ text }: { text: string }) => {
      kept = [
        { id: `k${kept.length}`, keptAt: new Date().toISOString(), found: fakeFound(text, 'authentic') },
        ...kept,
      ];
      return { codes: kept };
    },
    scanner_kept: () => ({ codes: kept }),
    scanner_drop: ({ id }: { id: string }) => {
      kept = kept.filter((code) => code.id !== id);
      return { codes: kept };
    },
    verifier_challenge: () => ({
      id: 'c1',
      code: fakeCode(49, 7),
      text: 'MD1C:FAKE',
      expiresInSeconds: 120,
    }),
    verifier_check: () => fakeVerdict(scene.verdict === 'authentic_not_bound' ? 'authentic' : scene.verdict),
    verifier_clear: () => ({}),
    verifier_trust: () => trust,
    verifier_update: () => ({ ...trust, stale: false }),
    settings_get: () => settings,
    settings_set: (change: Partial<SettingsView>) => {
      Object.assign(settings, change);
      state.lockAfterSeconds = settings.lockAfterSeconds;
      state.language = settings.language;
      state.theme = settings.theme;
      return { ...settings };
    },
  };
  return answers as Record<string, ((args: object) => unknown) | undefined>;
}
