import { z } from 'zod';
import { GUIDE_TOOLS } from '../../guide/guide-tools.ts';
import {
  type AttemptExplanation,
  type ExplainedAttempt,
  explainedAttemptSchema,
} from '../../guide/probes.ts';
import { code, list, numbered, source, time } from './markdown.ts';

const resultSchema = z.discriminatedUnion('found', [
  z.object({ found: z.literal(false), attempt_id: z.string() }),
  explainedAttemptSchema.extend({
    found: z.literal(true),
    title: z.string(),
    meaning: z.string(),
    fix: z.string(),
    operator_fix: z.string().optional(),
  }),
]);

export function attemptAnswer(value: unknown): string | undefined {
  const parsed = resultSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const from = source(`This comes from ${code(GUIDE_TOOLS.explainAttempt)}.`);
  const attempt = parsed.data;
  if (!attempt.found) {
    return `I did not find ${whatOf(attempt.attempt_id).toLowerCase()} ${code(attempt.attempt_id)}. The id may be misspelt, the record may be gone, or the attempt is not one that you may see.\n\n${from}`;
  }
  const { explanation } = attempt;
  return [
    `${whatOf(attempt.attempt_id)} ${code(attempt.attempt_id)} at ${time(attempt.at)} ended with ${code(attempt.code)}: **${attempt.title}**. ${attempt.detail ?? attempt.meaning}`,
    `**What to do:** ${attempt.fix}`,
    ...(attempt.operator_fix === undefined ? [] : [`**For the operator:** ${attempt.operator_fix}`]),
    ...(explanation === undefined ? [] : causesText(explanation)),
    ...(attempt.related === undefined ? [] : [relatedText(attempt.related)]),
    from,
  ].join('\n\n');
}

function relatedText({
  count,
  users_affected,
  first_seen,
  last_seen,
}: NonNullable<ExplainedAttempt['related']>): string {
  if (count <= 1) return 'No other attempt of this cause is on record.';
  const users = users_affected === 1 ? 'one user' : `${users_affected} users`;
  const whom = users_affected === 0 ? '' : ` and met ${users}`;
  return `It is one of ${count} attempts of this cause${whom}: the first at ${time(first_seen)}, the last at ${time(last_seen)}.`;
}

function causesText({ causes, ruled_out, path }: AttemptExplanation): string[] {
  const [best, ...others] = causes;
  const parts: string[] = [];
  if (best === undefined) {
    parts.push('**Root cause:** not known. No rule fits what was recorded, and I do not guess.');
  } else {
    parts.push(
      `**Most likely root cause:** ${code(best.root_cause)} (confidence ${percent(best.confidence)})`,
    );
    parts.push(numbered(best.whys.map(({ question, answer }) => `${question} ${answer}`)));
    const command = best.fix.command === undefined ? '' : ` Run ${code(best.fix.command)}.`;
    parts.push(`**Mend it:** ${best.fix.action}${command}`);
  }
  if (others.length > 0) {
    parts.push(
      `Less likely: ${others.map((cause) => `${code(cause.root_cause)} (${percent(cause.confidence)})`).join(', ')}.`,
    );
  }
  if (ruled_out.length > 0) {
    parts.push(
      `Ruled out:\n\n${list(ruled_out.map(({ root_cause, because }) => `${code(root_cause)}: ${because}`))}`,
    );
  }
  if (path.length > 0) {
    const steps = path.map(
      ({ step, outcome, duration_ms }) => `${step}: ${outcome} (${Math.round(duration_ms)} ms)`,
    );
    parts.push(`Path: ${steps.join(' → ')}`);
  }
  return parts.filter((part) => part !== '');
}

/** Its prefix says what an id is of. */
function whatOf(id: string): string {
  if (id.startsWith('run_')) return 'Run';
  return id.startsWith('con_') ? 'Connection' : 'Attempt';
}

function percent(confidence: number): string {
  return `${Math.round(confidence * 100)} %`;
}
