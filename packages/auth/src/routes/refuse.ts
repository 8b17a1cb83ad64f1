import { newId, type ReasonCode } from '@netra/protocol';
import { type Logger, problemBody } from '@netra/service';
import type { RefusedAttempts } from '../attempts/refused-attempts.ts';

interface RefuseOptions {
  detail?: string | undefined;
  retryAfterMs?: number | undefined;
  /** The identity library's own code, such as `PASSWORD_TOO_SHORT`: the web app has words for them. */
  authCode?: string | undefined;
  /** Where an address promises another status than the reason usually has. */
  status?: number;
  headers?: Record<string, string>;
}

/** Answers with a problem, and logs and records it under the id that the answer carries. */
export type Refuse = (code: ReasonCode, options?: RefuseOptions) => Response;

export interface RefuseFactoryOptions {
  publicUrl: string;
  attempts: Pick<RefusedAttempts, 'record'>;
  log: Logger;
}

export function createRefuse({ publicUrl, attempts, log }: RefuseFactoryOptions): Refuse {
  return (code, { detail, retryAfterMs, authCode, status: otherStatus, headers: more } = {}) => {
    const attemptId = newId('att');
    const { problem, headers, status } = problemBody(code, {
      publicUrl,
      attemptId,
      ...(detail === undefined ? {} : { detail }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(more === undefined ? {} : { headers: more }),
    });
    const sentStatus = otherStatus ?? status;
    if (sentStatus !== 401) delete headers['WWW-Authenticate'];
    attempts.record({ attemptId, code });
    log.info({ attempt_id: attemptId, code, auth_code: authCode, status: sentStatus }, 'refused');
    const body = {
      ...problem,
      status: sentStatus,
      ...(authCode === undefined ? {} : { auth_code: authCode }),
    };
    return new Response(JSON.stringify(body), { status: sentStatus, headers });
  };
}
