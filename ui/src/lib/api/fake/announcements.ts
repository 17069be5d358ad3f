import type {
  AnnouncementChange,
  AnnouncementsView,
  DocumentSummaryView,
  NoticeTopic,
  RemindersView,
} from '../types';
import type { Keep, Scene } from './answers';

const TOPICS: NoticeTopic[] = [
  'documents',
  'fines',
  'payments',
  'services',
  'vehicles',
  'social',
  'powers',
  'civic',
  'security',
  'other',
];
const DAY_MS = 86_400_000;
const AHEAD = [90, 30, 7];

/** Which letters announce themselves. */
export function fakeAnnouncements(scene: Scene, keep: Keep): Record<string, (args: never) => unknown> {
  const view: AnnouncementsView = {
    topics: TOPICS.map((topic) => ({
      topic,
      announce: topic !== 'civic',
      required: topic === 'security',
      waiting: false,
    })),
    enabled: scene.announcements !== 'off',
    quiet: scene.announcements === 'quiet' ? { from: '22:00', until: '07:00' } : null,
    act: null,
  };
  const announce = ({
    topic,
    announce: on,
    enabled,
    quiet,
    quietOff,
  }: AnnouncementChange): AnnouncementsView => {
    if (enabled !== undefined) view.enabled = enabled;
    if (quiet) view.quiet = quiet;
    if (quietOff) view.quiet = null;
    const one = view.topics.find((candidate) => candidate.topic === topic);
    if (!one || on === undefined || one.announce === on) return { ...view };
    const set = (announced: boolean, waiting: boolean): void => {
      view.topics = view.topics.map((other) =>
        other.topic === topic ? { ...other, announce: announced, waiting } : other,
      );
    };
    set(on, true);
    const act = keep(on ? 'topic_on' : 'topic_off', one.topic, {
      undone: () => set(!on, false),
      confirmed: () => set(on, false),
    });
    return { ...view, act };
  };
  return { notices_announcements: () => ({ ...view }), notices_announce: announce };
}

/** What the device reminds of, for the documents held. */
export function fakeReminders(documents: DocumentSummaryView[]): RemindersView {
  const reminders = documents.flatMap(({ id, documentType, validUntil, state }) => {
    if (!validUntil || state === 'revoked') return [];
    const days = Math.floor((Date.parse(validUntil) - Date.now()) / DAY_MS);
    const [most = 0] = AHEAD;
    if (days > 365) return [];
    return [
      {
        document: id,
        documentType,
        endsOn: validUntil,
        days,
        ahead: AHEAD.filter((ahead) => ahead < days),
        due: days <= most,
      },
    ];
  });
  return { reminders: reminders.sort((one, other) => one.days - other.days) };
}
