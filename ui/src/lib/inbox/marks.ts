import { call, type MarkChange } from '$lib/api';
import { takeBack } from '$lib/documents/acts';
import { m } from '$lib/i18n/messages';
import { confirm, confirmUndoable } from '$lib/state/announce.svelte';
import { mailbox } from './mailbox.svelte';

/** What is said of marks that were made. */
function doneWords({ read, archived, pinned }: Partial<MarkChange>, count: number): string {
  if (archived !== undefined) return archived ? m.done_archived() : m.done_restored();
  if (pinned !== undefined) return pinned ? m.done_pinned() : m.done_unpinned();
  return read === true ? m.done_read({ count }) : m.done_unread();
}

/**
 * Marks letters, all unread ones where none is named, says so with a way to take it back, and has what shows them
 * read anew. Throws what the host says against it.
 */
export async function mark(
  ids: string[],
  change: Omit<MarkChange, 'ids'>,
  read: () => Promise<void>,
): Promise<void> {
  const { acts, changed } = await call('notices_mark', { ids, ...change });
  const again = async (): Promise<void> => {
    await Promise.all([mailbox.again(), read()]);
  };
  await again();
  const words = doneWords(change, changed);
  if (acts.length === 0) confirm(words);
  else confirmUndoable(words, m.undo_hint(), () => void takeBack(acts, again));
}

/** Marks a letter as read because it was opened: nothing is said of it. */
export async function markOpened(id: string): Promise<void> {
  await call('notices_mark', { ids: [id], read: true });
  await mailbox.again();
}
