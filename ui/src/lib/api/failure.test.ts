import { expect, it } from 'vitest';
import { HostFailure, toFailure } from './failure';

it('keeps what the host said', () => {
  const failure = toFailure({ code: 'vault_damaged', retryable: false, ref: 'AB12CD34' });
  expect(failure).toBeInstanceOf(HostFailure);
  expect([failure.code, failure.retryable, failure.ref]).toEqual(['vault_damaged', false, 'AB12CD34']);
});

it.each([undefined, null, 'boom', new TypeError('network'), {}, { code: 'Not A Code' }, { code: 7 }])(
  'calls what the host did not name unreachable: %s',
  (thrown) => {
    expect(toFailure(thrown).code).toBe('host_unreachable');
  },
);

it('leaves a failure as it is', () => {
  const failure = new HostFailure({ code: 'offline', retryable: true, ref: '' });
  expect(toFailure(failure)).toBe(failure);
});
