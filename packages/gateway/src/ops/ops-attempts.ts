import { LIMITS, type OpsAttempt, type OpsRefusals, reasonCodeSchema, refusal } from '@netra/protocol';
import type { Context } from 'hono';
import { z } from 'zod';
import type { AttemptPlace, KeptAttempt, RefusalGroup } from '../attempts/attempt-queries.ts';
import type { Attempts } from '../attempts/attempts.ts';
import { causeName } from '../explain/cause-name.ts';
import type { RestEnv } from '../rest/rest-options.ts';
import type { Outcome } from '../threads/outcome.ts';

const HOUR_MS = 60 * 60_000;

const timeQuerySchema = z.iso.datetime({ offset: true });
const attemptQuerySchema = z.object({
  code: reasonCodeSchema.optional(),
  root_cause: z.string().min(1).max(LIMITS.maxIdChars).optional(),
  user_id: z.string().min(1).max(LIMITS.maxIdChars).optional(),
  since: timeQuerySchema.optional(),
  cursor: z.string().max(LIMITS.maxIdChars).transform(readCursor).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageMax).default(LIMITS.pageDefault),
});
const refusalQuerySchema = z.object({ since: timeQuerySchema.optional() });

interface AttemptPage {
  items: OpsAttempt[];
  next_cursor?: string;
}

export async function listAttempts(c: Context<RestEnv>, attempts: Attempts): Promise<Outcome<AttemptPage>> {
  const query = readQuery(c, attemptQuerySchema);
  if (!query.ok) return query;
  const { code, root_cause: rootCause, user_id: userId, since, cursor: before, limit } = query.value;
  // One more than asked for tells whether there is a next page.
  const found = await attempts.recent({
    limit: limit + 1,
    ...(code === undefined ? {} : { code }),
    ...(rootCause === undefined ? {} : { rootCause }),
    ...(userId === undefined ? {} : { userId }),
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(before === undefined ? {} : { before }),
  });
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    ok: true,
    value: { items: shown.map(asOpsAttempt), ...(last === undefined ? {} : { next_cursor: cursorOf(last) }) },
  };
}

/** What was refused since then (default: in the last hour), by code and root cause. */
export async function listRefusals(
  c: Context<RestEnv>,
  { attempts, now }: { attempts: Attempts; now: () => number },
): Promise<Outcome<OpsRefusals>> {
  const query = readQuery(c, refusalQuerySchema);
  if (!query.ok) return query;
  const { since = new Date(now() - HOUR_MS).toISOString() } = query.value;
  const groups = await attempts.refusals(Date.parse(since));
  return { ok: true, value: { since, items: groups.map(asRefusals) } };
}

export function asOpsAttempt({ root_cause: rootCause, ...attempt }: KeptAttempt): OpsAttempt {
  const { client, facts, steps } = attempt;
  return {
    ...attempt,
    // The same values: the contract leaves open what the server saw.
    client: { ...client },
    ...(facts === undefined ? {} : { facts: { ...facts } }),
    steps: [...steps],
    ...(rootCause === undefined ? {} : { cause: causeName(rootCause) }),
  } as OpsAttempt;
}

function asRefusals(group: RefusalGroup): OpsRefusals['items'][number] {
  const { root_cause: rootCause, first_seen, last_seen, ...rest } = group;
  return {
    ...rest,
    ...(rootCause === null ? {} : { cause: causeName(rootCause) }),
    first_seen: first_seen.toISOString(),
    last_seen: last_seen.toISOString(),
  };
}

function cursorOf({ at, attempt_id }: AttemptPlace): string {
  return `${at}~${attempt_id}`;
}

function readCursor(text: string, context: z.RefinementCtx): AttemptPlace {
  const [at = '', attemptId = ''] = text.split('~');
  if (!timeQuerySchema.safeParse(at).success) context.addIssue('must be the `next_cursor` of a page');
  return { at, attempt_id: attemptId };
}

function readQuery<Schema extends z.ZodType>(c: Context<RestEnv>, schema: Schema): Outcome<z.output<Schema>> {
  const query = schema.safeParse(c.req.query());
  if (query.success) return { ok: true, value: query.data };
  const [issue] = query.error.issues;
  const name = issue?.path.join('.') ?? 'query';
  return { ok: false, refusal: refusal('request_malformed', `\`${name}\`: ${issue?.message}`) };
}
