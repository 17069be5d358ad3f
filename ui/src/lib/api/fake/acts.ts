import { HostFailure } from '../failure';
import type {
  ActRef,
  ActView,
  ConnectionView,
  Fate,
  NoticePreference,
  NoticePreferenceChange,
  NoticePreferencesView,
} from '../types';
import { fakeAnnouncements } from './announcements';
import type { Keep, Scene, Settled } from './answers';
import { fakeInbox } from './inbox';

type Preferences = Pick<NoticePreferencesView, NoticePreference>;

const STEPS: Partial<Record<Fate, ActView['steps']>> = { waiting: ['undo'], to_confirm: ['confirm', 'drop'] };

function act(id: string, at: string, kind: string, fate: Fate, change: Partial<ActView> = {}): ActView {
  return {
    id,
    at,
    kind,
    subject: null,
    topic: null,
    fate,
    error: null,
    reason: null,
    steps: STEPS[fate] ?? [],
    ...change,
  };
}

/** A channel's other way can be had back; a language's former one is not known. */
const back = ({ kind }: ActView): ActView['steps'] => (/_(on|off)$/.test(kind) ? ['withdraw'] : []);

const EARLIER: ActView[] = [
  act('a1', '2026-11-21T07:40:00Z', 'document_shown', 'done', { subject: 'identity_card' }),
  act('a2', '2026-11-20T09:12:00Z', 'document_received', 'refused', {
    subject: 'driving_licence',
    error: 'gateway_timeout',
  }),
  act('a3', '2026-11-20T09:11:00Z', 'signed_in', 'done'),
];

const WAITING: ActView[] = [
  act('w3', '2026-11-21T08:02:00Z', 'preference_viber_on', 'waiting'),
  act('w2', '2026-11-21T08:01:00Z', 'preference_sms_off', 'waiting'),
  act('w1', '2026-11-21T08:00:00Z', 'preference_language', 'waiting'),
];

const ANSWERED: ActView[] = [
  act('s4', '2026-11-21T07:58:00Z', 'preference_email_on', 'sent', { steps: ['withdraw'] }),
  act('s3', '2026-11-21T07:56:00Z', 'preference_sms_on', 'refused', {
    error: 'act_not_accepted',
    reason: 'Numărul de telefon nu este confirmat la operatorul dumneavoastră.',
  }),
  act('s2', '2026-11-21T07:54:00Z', 'preference_app_off', 'withdrawn'),
  act('s1', '2026-11-21T07:52:00Z', 'preference_app_on', 'superseded'),
];

function begun(scene: Scene): ActView[] {
  if (scene.empty) return [];
  if (scene.sync === 'waiting' || scene.offline) return [...WAITING, ...EARLIER];
  if (scene.sync === 'refused') return [...WAITING, ...ANSWERED, ...EARLIER];
  if (scene.sync !== 'restored') return EARLIER;
  return [
    ...WAITING.map((one) => ({ ...one, fate: 'to_confirm' as const, steps: STEPS.to_confirm ?? [] })),
    ...EARLIER,
  ];
}

/** Acts, how the app stands with the state, and how its letters arrive: what changes one shows in the others. */
export function fakeActs(scene: Scene): Record<string, (args: never) => unknown> {
  let acts = begun(scene);
  let made = 0;
  let paused = scene.sync === 'paused';
  const signedOut = scene.sync === 'sign_in';
  let upToDateAt = new Date(Date.now() - 120_000).toISOString();
  let confirmed: Preferences = { language: 'ro', email: true, sms: true, viber: false, app: true };
  const wanted = new Map<string, NoticePreferenceChange>();
  const settled = new Map<string, Settled>();
  if (scene.letters === 'waiting') {
    wanted.set('w2', { sms: false });
    wanted.set('w1', { language: 'ru' });
    acts = [...WAITING.slice(1), ...EARLIER];
  }

  const keep: Keep = (kind, topic, then) => {
    made += 1;
    const id = `n${made}`;
    acts = [act(id, new Date().toISOString(), kind, 'waiting', { topic }), ...acts];
    settled.set(id, then);
    return id;
  };
  const inbox = fakeInbox(scene, keep);
  const connection = (): ConnectionView => ({
    online: !scene.offline,
    upToDateAt,
    waiting: acts.filter(({ fate }) => fate === 'waiting' || fate === 'sent').length,
    toConfirm: acts.filter(({ fate }) => fate === 'to_confirm').length,
    syncing: scene.sync === 'arriving' && !paused,
    paused,
    arriving: scene.sync === 'arriving' ? 12_480 : 0,
    signInNeeded: signedOut,
    suspended: scene.sync === 'suspended',
    clockWrong: scene.hindrance === 'clock_wrong',
    blocked: scene.hindrance === 'clock_wrong' ? null : scene.hindrance,
  });
  const preferences = (id: string | null = null): NoticePreferencesView => {
    const pending = [...wanted.values()];
    return {
      ...Object.assign({}, confirmed, ...pending),
      waiting: [...new Set(pending.flatMap((change) => Object.keys(change)))],
      known: scene.letters !== 'unknown',
      act: id,
    } as NoticePreferencesView;
  };
  const settle = (id: string, from: Fate, to: Fate): unknown => {
    if (acts.find((one) => one.id === id)?.fate !== from) {
      throw new HostFailure({ code: 'act_settled', retryable: false, ref: 'K7QM2PXA' });
    }
    if (to !== 'waiting') {
      wanted.delete(id);
      settled.get(id)?.undone();
      settled.delete(id);
    }
    acts = acts.map((one) => (one.id === id ? { ...one, fate: to, steps: STEPS[to] ?? [] } : one));
    return { acts };
  };

  return {
    ...inbox.answers,
    ...fakeAnnouncements(scene, keep),
    app_connection: connection,
    app_pause: () => {
      paused = true;
      return connection();
    },
    app_sync: () => {
      paused = false;
      if (scene.offline) throw new HostFailure({ code: 'offline', retryable: true, ref: 'K7QM2PXA' });
      if (signedOut || scene.sync === 'suspended') return connection();
      confirmed = Object.assign({}, confirmed, ...wanted.values()) as Preferences;
      wanted.clear();
      settled.forEach(({ confirmed: confirm }) => confirm());
      settled.clear();
      inbox.synced();
      acts = acts.map((one) =>
        one.fate === 'waiting' || one.fate === 'sent' ? { ...one, fate: 'done', steps: back(one) } : one,
      );
      upToDateAt = new Date().toISOString();
      return connection();
    },
    activity_list: () => ({ acts }),
    activity_undo: ({ id }: ActRef) => settle(id, 'waiting', 'withdrawn'),
    activity_withdraw: ({ id }: ActRef) => {
      const which = acts.find((one) => one.id === id);
      if (!which?.steps.includes('withdraw')) {
        throw new HostFailure({ code: 'act_not_withdrawable', retryable: false, ref: 'K7QM2PXA' });
      }
      acts = acts.map((one) => (one === which ? { ...one, steps: [] } : one));
      const kind = which.kind.replace(/(on|off)$/, (way) => (way === 'on' ? 'off' : 'on'));
      keep(kind, which.topic, { undone: () => undefined, confirmed: () => undefined });
      return { acts };
    },
    activity_save: () => ({ path: '/home/e/Downloads/acțiuni netrimise.json' }),
    activity_export: () => {
      if (scene.offline) throw new HostFailure({ code: 'offline', retryable: true, ref: 'K7QM2PXA' });
      return { path: '/home/e/Downloads/datele mele Acasă.json' };
    },
    activity_confirm: ({ id }: ActRef) => settle(id, 'to_confirm', 'waiting'),
    activity_drop: ({ id }: ActRef) => settle(id, 'to_confirm', 'withdrawn'),
    notices_preferences: () => preferences(),
    notices_prefer: (change: NoticePreferenceChange) => {
      const [[what, value] = ['language', 'ro']] = Object.entries(change);
      const kind = typeof value === 'boolean' ? `${what}_${value ? 'on' : 'off'}` : what;
      const id = keep(`preference_${kind}`, null, { undone: () => undefined, confirmed: () => undefined });
      wanted.set(id, change);
      return preferences(id);
    },
  };
}
