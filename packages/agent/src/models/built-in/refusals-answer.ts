import { REASONS } from '@netra/protocol';
import { GUIDE_TOOLS } from '../../guide/guide-tools.ts';
import { type RecentRefusals, recentRefusalsSchema } from '../../guide/probes.ts';
import { code, list, source, time } from './markdown.ts';

const SHOWN = 8;

/** The id of the newest attempt in a result of `recent_refusals`. */
export function latestRefusalId(value: unknown): string | undefined {
  return recentRefusalsSchema.safeParse(value).data?.refusals[0]?.attempt_id;
}

export function refusalsAnswer(value: unknown): string | undefined {
  const parsed = recentRefusalsSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { scope, since, refusals } = parsed.data;
  const where = scope === 'all' ? 'of all users' : 'of yours';
  const when = since === undefined ? '' : ` since ${time(since)}`;
  const from = source(
    `This comes from ${code(GUIDE_TOOLS.recentRefusals)}${scope === 'own' ? ', which shows you your own attempts only' : ''}.`,
  );
  if (refusals.length === 0) {
    return `No attempt ${where} was refused${when}, as far as the records go.\n\n${from}`;
  }
  const more = refusals.length > SHOWN ? `\n\nThe newest ${SHOWN} are shown.` : '';
  const count = refusals.length === 1 ? 'One attempt' : `${refusals.length} attempts`;
  const verb = refusals.length === 1 ? 'was' : 'were';
  const example = refusals[0]?.attempt_id ?? 'att_…';
  return [
    `${count} ${where} ${verb} refused${when}:`,
    list(refusals.slice(0, SHOWN).map(line)) + more,
    `Ask “explain attempt ${example}” for the reason of one.`,
    from,
  ].join('\n\n');
}

function line({
  attempt_id,
  at,
  code: reason,
  detail,
  user_id,
  root_cause,
}: RecentRefusals['refusals'][number]): string {
  const who = user_id === undefined ? '' : `, user ${code(user_id)}`;
  const cause = root_cause === undefined ? '' : ` Root cause: ${code(root_cause)}.`;
  return `${time(at)} ${code(reason)} (${REASONS[reason].title}${who}): ${detail ?? REASONS[reason].meaning}${cause} — ${code(attempt_id)}`;
}
