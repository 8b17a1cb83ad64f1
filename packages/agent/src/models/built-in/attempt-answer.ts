import { z } from 'zod';
import { GUIDE_TOOLS } from '../../guide/guide-tools.ts';
import { type AttemptExplanation, explainedAttemptSchema } from '../../guide/probes.ts';
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
    return `I did not find attempt ${code(attempt.attempt_id)}. The id may be misspelt, the record may be gone, or the attempt is not one that you may see.\n\n${from}`;
  }
  const { explanation } = attempt;
  return [
    `Attempt ${code(attempt.attempt_id)} at ${time(attempt.at)} ended with ${code(attempt.code)}: **${attempt.title}**. ${attempt.detail ?? attempt.meaning}`,
    `**What to do:** ${attempt.fix}`,
    ...(attempt.operator_fix === undefined ? [] : [`**For the operator:** ${attempt.operator_fix}`]),
    ...(explanation === undefined ? [] : causesText(explanation)),
    from,
  ].join('\n\n');
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

function percent(confidence: number): string {
  return `${Math.round(confidence * 100)} %`;
}
