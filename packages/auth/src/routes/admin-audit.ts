import { z } from 'zod';
import { AUDIT_ACTIONS, type AuditEntry, type AuditLog } from '../audit/audit-log.ts';
import { malformed, pageSize } from './admin-users.ts';
import type { Authorize } from './authorize.ts';
import type { Refuse } from './refuse.ts';

const querySchema = z.object({
  user_id: z.string().max(64).optional(),
  action: z.enum(AUDIT_ACTIONS).optional(),
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
});

/** `GET /auth/admin/audit?user_id=&action=&after=&limit=`: newest first. Needs `ops:read`. */
export function adminAudit({
  authorize,
  audit,
  refuse,
}: {
  authorize: Authorize;
  audit: AuditLog;
  refuse: Refuse;
}) {
  return async (request: Request): Promise<Response> => {
    const judged = await authorize(request, 'ops:read');
    if (!judged.ok) return judged.response;
    const parameters = new URL(request.url).searchParams;
    const query = querySchema.safeParse(Object.fromEntries(parameters));
    if (!query.success) return malformed(refuse, query.error);
    const { user_id: userId, action, after: before } = query.data;
    const limit = pageSize(parameters.get('limit'));
    const entries = await audit.list({ userId, action, before, limit });
    const last = entries.length === limit ? entries.at(-1) : undefined;
    return Response.json({ items: entries.map(publicEntry), ...(last && { next_cursor: last.id }) });
  };
}

export function publicEntry({
  id,
  at,
  action,
  actor,
  userId,
  clientAddress,
  userAgent,
  details,
}: AuditEntry) {
  return {
    event_id: id,
    at: at.toISOString(),
    action,
    actor: { kind: actor.kind, ...('id' in actor && { id: actor.id }) },
    user_id: userId,
    client_address: clientAddress,
    user_agent: userAgent,
    details,
  };
}
