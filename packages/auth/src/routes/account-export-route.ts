import type { Pool } from 'pg';
import { isApiKeyId } from '../api-keys/api-keys.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { exportAccount } from '../identity/account-export.ts';
import { requestFacts } from '../identity/request-facts.ts';
import { publicEntry } from './admin-audit.ts';
import type { Authorize } from './authorize.ts';
import type { Refuse } from './refuse.ts';

export interface AccountExportOptions {
  authorize: Authorize;
  pool: Pool;
  audit: AuditLog;
  refuse: Refuse;
}

/** `GET /auth/account/export`: what this service keeps about whoever asks. Chats are the gateway's, and not in it. */
export function accountExportRoute({ authorize, pool, audit, refuse }: AccountExportOptions) {
  return async (request: Request): Promise<Response> => {
    const judged = await authorize(request);
    if (!judged.ok) return judged.response;
    const { userId, sessionId } = judged.identity;
    // No scope of a key says "all about me": that is for whoever signed in.
    if (isApiKeyId(sessionId))
      return refuse('permission_missing', { detail: 'Sign in for this: an API key exports nothing.' });
    const { events, ...rest } = await exportAccount(userId, { pool, audit });
    const actor = { kind: 'user', id: userId } as const;
    await audit.record({ action: 'account_exported', actor, userId, ...requestFacts(request.headers) });
    // Where operators were when they did something is theirs.
    const own = events.map((event) =>
      'id' in event.actor && event.actor.id === userId
        ? event
        : { ...event, clientAddress: undefined, userAgent: undefined },
    );
    const body = JSON.stringify({ ...rest, events: own.map(publicEntry) }, null, 2);
    return new Response(body, {
      headers: {
        'Content-Type': 'application/json',
        'Content-Disposition': 'attachment; filename="netra-account.json"',
      },
    });
  };
}
