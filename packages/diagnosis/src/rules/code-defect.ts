import type { Evidence, ExceptionHistory, ReleaseFact } from '../evidence.ts';
import type { Why } from '../explanation.ts';
import { cause, type Rule, type RuleInput, ruledOut, seen, why } from '../rule.ts';

/** A defect of the server. */
export const codeDefect: Rule = {
  rootCause: 'code_defect',
  title: 'A defect in the code',
  codes: ['internal_error'],
  needs: 'The code; exception, place and history make it certain.',
  refutedBy: 'A dependency failed at the same time, or tables are missing.',
  prevention:
    'Add a test that walks this way and fails; let the deploy open a real socket (`netra doctor <url> --gate`) before traffic arrives.',
  judge(input) {
    const {
      attempt,
      facts: { exception, dependency },
      evidence,
    } = input;
    if (dependency !== undefined && exception === undefined)
      return ruledOut(`What failed was ${dependency.name}.`);
    if ((evidence.database?.missing_migrations?.length ?? 0) > 0)
      return ruledOut('Tables are missing: that makes queries throw.');
    const history = evidence.exception_history;
    const release = exception?.release ?? history?.release;
    return cause({
      confidence: isOutage(evidence)
        ? 0.6
        : exception === undefined
          ? 0.7
          : exception.location === undefined
            ? 0.88
            : 0.96,
      reason: isOutage(evidence)
        ? 'Something that the code rests on is down as well, and may be why it threw.'
        : exception === undefined
          ? 'The code says that something threw; what it was, was not recorded.'
          : 'The exception was caught and recorded where the server answers for it.',
      ...(exception?.location === undefined ? {} : { location: exception.location }),
      ...(release === undefined ? {} : { release }),
      ...(history === undefined ? {} : { first_seen: history.first_seen }),
      whys: chain(input, history, release),
      fix: {
        action:
          release === undefined
            ? `Look for attempt_id ${attempt.attempt_id} in the log of the gateway and mend the code.`
            : `Go back to the release before ${release}, then mend ${exception?.location ?? 'the code'}: the log has the exception under attempt_id ${attempt.attempt_id}.`,
      },
    });
  },
};

function isOutage({ database, redis, auth }: Evidence): boolean {
  return [database, redis, auth].some((dependency) => dependency?.reachable === false);
}

function chain(
  { attempt, facts: { exception }, evidence }: RuleInput,
  history: ExceptionHistory | undefined,
  release: string | undefined,
): Why[] {
  const failed = attempt.steps.find(({ outcome }) => outcome === 'failed');
  const latest = evidence.releases?.[0];
  return [
    why(
      'Why did the server fail?',
      `${exception?.name ?? 'An exception'} was thrown${failed === undefined ? '' : ` in step ${failed.step}`}, and nobody is let in without a verified identity.`,
      ...seen('facts.exception.name', exception?.name),
    ),
    why(
      'Why was it thrown?',
      exception?.location === undefined
        ? 'A defect in the code of this server or of an agent; the log has the exception under this attempt id.'
        : `The code at ${exception.location} met something in this request that it does not expect.`,
      ...seen('facts.exception.location', exception?.location),
    ),
    ...sinceWhen(history, release ?? latest?.release, latest),
    ...(history === undefined
      ? []
      : [
          why(
            'Why did it reach users?',
            'No test and no check of the deploy opened a connection that passes this place.',
          ),
        ]),
  ];
}

function sinceWhen(
  history: ExceptionHistory | undefined,
  release: string | undefined,
  latest: ReleaseFact | undefined,
): Why[] {
  if (release === undefined && history === undefined) return [];
  const { rate_before_per_min: before, rate_after_per_min: after } = history ?? {};
  const isNew = before === 0 && (after ?? 0) > 0;
  const sinceRelease = release === undefined ? '' : ` with release ${release}`;
  return [
    why(
      'Why does it happen now?',
      history === undefined
        ? `It was seen${sinceRelease}.`
        : `It was first seen at ${history.first_seen}${sinceRelease}${isNew ? ', and never before that release' : ''}, ${timesSince(history.count)}.`,
      ...seen('release', release),
      ...seen('releases[0].at', latest?.at),
      ...seen('exceptions per minute', after, before === undefined ? undefined : `${before} before`),
    ),
  ];
}

function timesSince(count: number): string {
  if (count <= 1) return 'once so far';
  return `${count === 2 ? 'twice' : `${count} times`} since`;
}
