import { type ActStep, type ActView, call, type ActivityView } from '$lib/api';
import { m, wordsFor } from '$lib/i18n/messages';
import actWords from 'words:act';
import documentTypeWords from 'words:document_type';
import { complain, confirm } from '$lib/state/announce.svelte';
import { noteFailure } from '$lib/state/loaded.svelte';
import topicWords from 'words:topic';
import errorWords from 'words:error';

/** Acts as the screen shows them: what asks for an answer, what waits, then all else, each in the order given. */
export interface GroupedActs {
  toConfirm: ActView[];
  waiting: ActView[];
  rest: ActView[];
}

export function groupActs(acts: ActView[]): GroupedActs {
  const are = (fate: ActView['fate']): ActView[] => acts.filter((act) => act.fate === fate);
  return {
    toConfirm: are('to_confirm'),
    waiting: are('waiting'),
    rest: acts.filter((act) => act.fate !== 'to_confirm' && act.fate !== 'waiting'),
  };
}

/** What an act was, with what it concerned. */
export function actName(act: ActView): string {
  const what = wordsFor(actWords, act.kind, m.act_other);
  const subject = act.subject ? wordsFor(documentTypeWords, act.subject, () => '') : '';
  const topic = act.topic ? wordsFor(topicWords, act.topic, () => '') : '';
  return [what, subject, topic].filter(Boolean).join(' · ');
}

/** What can be done about an act: its words, what is said afterwards, and the doing. */
export const STEPS: Record<
  ActStep,
  { label: () => string; done: () => string; run: (id: string) => Promise<ActivityView> }
> = {
  undo: { label: m.step_undo, done: m.done_undone, run: (id) => call('activity_undo', { id }) },
  withdraw: {
    label: m.step_withdraw,
    done: m.done_withdrawal,
    run: (id) => call('activity_withdraw', { id }),
  },
  confirm: {
    label: m.step_confirm,
    done: m.done_will_be_sent,
    run: (id) => call('activity_confirm', { id }),
  },
  drop: { label: m.step_drop, done: m.done_dropped, run: (id) => call('activity_drop', { id }) },
};

/** Takes acts back, the last first, says how that went, and has what they changed read anew. */
export async function takeBack(ids: string[], read: () => Promise<void>): Promise<void> {
  try {
    for (const id of [...ids].reverse()) await call('activity_undo', { id });
    confirm(m.done_undone());
  } catch (thrown) {
    complain(wordsFor(errorWords, noteFailure(thrown).code, m.error_unknown_plain));
  }
  await read();
}
