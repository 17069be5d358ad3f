import { fakeAnswers, type Scene } from './fake/answers';
import { HostFailure } from './failure';
import type { Transport } from './transport';

/**
 * A host inside the page, for looking at screens without the core: `?phase=locked&lang=ru&theme=dark` and the like.
 * Only a build with `--mode fake`, and unit tests, contain it.
 */
export function makeFakeHost(search: string): Transport {
  const query = new URLSearchParams(search);
  const scene: Scene = {
    phase: query.get('phase') ?? 'welcome',
    blocked: query.get('blocked'),
    language: query.get('lang'),
    theme: query.get('theme') ?? 'system',
    keystore: query.get('keystore') !== 'no',
    sandbox: query.get('deployment') !== 'md',
    empty: query.has('empty'),
    offline: query.has('offline'),
    failing: query.get('fail'),
    verdict: query.get('verdict') ?? 'authentic',
    long: query.has('long'),
    delay: Number(query.get('delay') ?? 0),
    hindrance: query.get('hindrance'),
    held: query.has('held'),
    sync: query.get('sync'),
    letters: query.get('letters'),
    inbox: query.get('inbox'),
    announcements: query.get('announcements'),
    lockAfter: Number(query.get('lock') ?? 300),
  };
  const answers = fakeAnswers(scene);
  const send = async (command: string, args: object): Promise<unknown> => {
    if (scene.delay > 0) await new Promise((resolve) => setTimeout(resolve, scene.delay));
    if (scene.failing === command) {
      throw new HostFailure({ code: 'gateway_unreachable', retryable: true, ref: 'K7QM2PXA' });
    }
    const answer = answers[command];
    if (!answer) throw new HostFailure({ code: 'internal', retryable: false, ref: command });
    return answer(args);
  };
  return { send, sendRaw: (command) => send(command, {}) };
}
