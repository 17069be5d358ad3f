import { describe, expect, it } from 'vitest';
import type { ConnectionView } from '$lib/api';
import { askAgainIn, hasMoved, needsSignIn, standing, type Standing } from './standing';

const calm: ConnectionView = {
  online: true,
  upToDateAt: '2026-11-21T07:40:00Z',
  waiting: 0,
  toConfirm: 0,
  syncing: false,
  paused: false,
  arriving: 0,
  signInNeeded: false,
  suspended: false,
  clockWrong: false,
  blocked: null,
};

describe('how the app stands', () => {
  it.each<[Partial<ConnectionView>, boolean, Standing]>([
    [{}, false, 'up_to_date'],
    [{ upToDateAt: null }, false, 'online'],
    [{ online: null }, false, 'unknown'],
    [{ online: false }, false, 'offline'],
    [{ waiting: 3 }, false, 'waiting'],
    [{ waiting: 3, online: null }, false, 'waiting'],
    [{ waiting: 3, online: false }, false, 'offline_waiting'],
    [{ syncing: true }, false, 'up_to_date'],
    [{ syncing: true, waiting: 3 }, true, 'syncing'],
    [{ toConfirm: 2, waiting: 3 }, true, 'to_confirm'],
    [{ paused: true, syncing: true, waiting: 3 }, true, 'paused'],
    [{ signInNeeded: true, toConfirm: 2, online: false }, false, 'sign_in'],
    [{ suspended: true, signInNeeded: true }, false, 'suspended'],
    [{ blocked: 'device_revoked', suspended: true }, false, 'revoked'],
    [{ blocked: 'app_too_old' }, false, 'up_to_date'],
  ])('%o, lasting %s, is said as %s', (change, lasting, said) => {
    expect(standing({ ...calm, ...change }, lasting)).toBe(said);
  });

  it.each<[Partial<ConnectionView>, boolean]>([
    [{}, false],
    [{ toConfirm: 1 }, false],
    [{ signInNeeded: true }, true],
    [{ suspended: true }, true],
    [{ blocked: 'device_revoked' }, true],
  ])('with %o a sign-in is needed: %s', (change, needed) => {
    expect(needsSignIn({ ...calm, ...change })).toBe(needed);
  });
});

describe('what hangs on the acts', () => {
  it.each<[Partial<ConnectionView>, Partial<ConnectionView>, boolean]>([
    [{}, {}, false],
    [{}, { clockWrong: true }, false],
    [{}, { waiting: 1 }, true],
    [{ waiting: 1 }, { waiting: 1 }, true],
    [{ waiting: 1 }, {}, true],
    [{ syncing: true }, {}, true],
    [{ toConfirm: 2 }, { toConfirm: 1 }, true],
    [{}, { upToDateAt: '2026-11-21T07:41:00Z' }, true],
  ])('from %o to %o is read anew: %s', (before, now, moved) => {
    expect(hasMoved({ ...calm, ...before }, { ...calm, ...now })).toBe(moved);
  });

  it('is not read anew for the first answer', () => {
    expect(hasMoved(undefined, { ...calm, waiting: 3 })).toBe(false);
  });
});

it.each<[Partial<ConnectionView>, number]>([
  [{}, 15_000],
  [{ syncing: true, online: false }, 1_000],
  [{ waiting: 1 }, 3_000],
  [{ waiting: 1, online: false }, 15_000],
  [{ waiting: 1, signInNeeded: true }, 15_000],
])('the core is asked sooner only while something goes on: %o', (change, milliseconds) => {
  expect(askAgainIn({ ...calm, ...change })).toBe(milliseconds);
});
