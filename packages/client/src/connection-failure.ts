import { reasonOfClose } from '@netra/protocol';
import type { ConnectionReason } from './connection-state.ts';
import type { SocketEnding } from './live-socket.ts';
import { NetraError } from './netra-error.ts';

/** Why a connection ended. `afterMs` is what the server announced while draining. */
export function failureOfEnding(ending: SocketEnding, afterMs: number | undefined): NetraError {
  if (ending.cause === 'silent')
    return new NetraError('heartbeat_lost', { detail: 'The server fell silent.' });
  if (!ending.wasEstablished && (ending.cause === 'not_established' || ending.isLoss)) {
    return new NetraError('upgrade_failed');
  }
  const reason = reasonOfClose(ending.code, ending.reason)?.code;
  // A close frame that was lost, or never came: what was announced is the reason all the same.
  const lost = afterMs === undefined ? 'connection_lost' : 'draining';
  return new NetraError(reason ?? lost, { afterMs });
}

/** Any error as a `NetraError`; what is none of ours counts as a loss and is kept as the cause. */
export function asFailure(error: unknown): NetraError {
  return error instanceof NetraError ? error : new NetraError('connection_lost', { cause: error });
}

export function reasonOfFailure(failure: NetraError): ConnectionReason {
  const { code, title, detail, fix, attemptId } = failure;
  return {
    code,
    title,
    fix,
    ...(detail === undefined ? {} : { detail }),
    ...(attemptId === undefined ? {} : { attemptId }),
  };
}
