import { matches } from '$lib/shell/search';
import { HostFailure } from '../failure';
import type {
  AttachmentRef,
  InboxQuery,
  InboxView,
  MarkChange,
  MarkedView,
  NoticeLinkRef,
  NoticeRef,
  NoticeRow,
  NoticeView,
} from '../types';
import type { Keep, Scene } from './answers';
import { fakeLetters } from './letters';

const PAGE = 50;

const refuse = (code: string): never => {
  throw new HostFailure({ code, retryable: false, ref: 'K7QM2PXA' });
};

/** What an act that marks letters is called. */
function kindOf({ read, archived, pinned }: MarkChange): string {
  if (read !== undefined) return read ? 'notices_read' : 'notices_unread';
  if (archived !== undefined) return archived ? 'notices_archived' : 'notices_restored';
  return pinned === true ? 'notices_pinned' : 'notices_unpinned';
}

interface FakeInbox {
  answers: Record<string, (args: never) => unknown>;
  /** To be called after a sync: the first one tells of letters. */
  synced: () => void;
}

/** Letters of the state, and what is done with them. */
export function fakeInbox(scene: Scene, keep: Keep): FakeInbox {
  const letters = scene.empty || scene.inbox === 'empty' ? [] : fakeLetters(scene.long);
  let known = scene.inbox !== 'unknown';
  const rows = (): NoticeRow[] => (known ? letters.map(({ row }) => row) : []);
  const unread = (): number => rows().filter((row) => !row.read && !row.archived).length;
  const find = (id: string): (typeof letters)[number] =>
    letters.find(({ row }) => row.id === id) ?? refuse('notice_gone');

  const list = ({ shelf, topics, search = '', after }: InboxQuery): InboxView => {
    const found = rows().filter(
      (row) =>
        row.archived === (shelf === 'archive') &&
        (shelf !== 'unread' || !row.read) &&
        (topics.length === 0 || topics.includes(row.topic)) &&
        matches(`${row.source} ${row.subject} ${row.preview}`, search),
    );
    const pinned = shelf === 'inbox' ? found.filter((row) => row.pinned) : [];
    const others = found.filter((row) => !pinned.includes(row));
    const from = Number(after ?? 0);
    const end = from + PAGE;
    return {
      pinned: from === 0 ? pinned : [],
      notices: others.slice(from, end),
      next: end < others.length ? String(end) : null,
      unread: unread(),
      topics: [...new Set(rows().map((row) => row.topic))],
      known,
    };
  };

  const mark = (change: MarkChange): MarkedView => {
    const { ids, ...marks } = change;
    const wanted = rows().filter((row) =>
      ids.length > 0 ? ids.includes(row.id) : !row.read && !row.archived,
    );
    const touched = wanted.filter((row) =>
      Object.entries(marks).some(([name, value]) => row[name as keyof NoticeRow] !== value),
    );
    if (touched.length === 0) return { acts: [], changed: 0, unread: unread() };
    const before = touched.map(({ id, read, archived, pinned }) => ({ id, read, archived, pinned }));
    const set = (row: NoticeRow, marked: Partial<NoticeRow>): void => {
      find(row.id).row = { ...find(row.id).row, ...marked };
    };
    for (const row of touched) set(row, { ...marks, waiting: true });
    const act = keep(kindOf(change), null, {
      undone: () => before.forEach((was) => set(was as NoticeRow, { ...was, waiting: false })),
      confirmed: () => touched.forEach((row) => set(row, { waiting: false })),
    });
    return { acts: [act], changed: touched.length, unread: unread() };
  };

  const answers = {
    notices_list: list,
    notices_get: ({ id }: NoticeRef): NoticeView => {
      const { row, rest } = find(id);
      return { row, ...rest };
    },
    notices_mark: mark,
    notices_save: ({ id, number }: AttachmentRef) => {
      const file = find(id).rest.attachments.find((one) => one.number === number);
      if (!file) return refuse('attachment_gone');
      if (scene.offline) throw new HostFailure({ code: 'offline', retryable: true, ref: 'K7QM2PXA' });
      if (file.mediaType === 'application/zip') return refuse('attachment_changed');
      return { path: `/home/e/Downloads/${file.name}` };
    },
    notices_open_link: ({ id, address, confirmed }: NoticeLinkRef) => {
      const links = find(id).rest.paragraphs.flatMap(({ runs }) => runs.flatMap(({ link }) => link ?? []));
      const official = links.find((one) => one.address === address)?.official === true;
      return official || confirmed ? {} : refuse('link_unconfirmed');
    },
  };
  return { answers, synced: () => (known = true) };
}
