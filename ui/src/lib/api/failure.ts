import type { Failure } from './generated/Failure';

/** An error from the host: no prose, no personal data. Its words are in the messages under `error_<code>`. */
export class HostFailure extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly ref: string;

  constructor(failure: Failure) {
    super(failure.code);
    this.name = 'HostFailure';
    this.code = failure.code;
    this.retryable = failure.retryable;
    this.ref = failure.ref;
  }
}

function isFailure(value: unknown): value is Failure {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    /^[a-z][a-z0-9_]{0,63}$/.test(value.code)
  );
}

/** Makes a failure of whatever was thrown; what the host did not name is `host_unreachable`. */
export function toFailure(thrown: unknown): HostFailure {
  if (thrown instanceof HostFailure) return thrown;
  if (isFailure(thrown)) {
    return new HostFailure({
      code: thrown.code,
      retryable: thrown.retryable === true,
      ref: typeof thrown.ref === 'string' ? thrown.ref : '',
    });
  }
  return new HostFailure({ code: 'host_unreachable', retryable: true, ref: '' });
}
