import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/** The run met a limit that is there to end it. */
export const runLimitHit: Rule = {
  rootCause: 'run_limit_hit',
  title: 'The run met one of its limits',
  codes: ['step_limit', 'run_timeout', 'output_limit'],
  needs: 'The code.',
  refutedBy: 'For a time limit: the model or a tool did not answer.',
  prevention: 'Give the agent a clearer task, or limits that fit it.',
  judge({ attempt, run, facts: { dependency, limit } }) {
    if (attempt.code === 'run_timeout' && dependency !== undefined)
      return ruledOut(`What did not answer was ${dependency.instance ?? dependency.name}.`);
    return cause({
      confidence: attempt.code === 'run_timeout' ? 0.7 : 0.92,
      reason: 'The limit ended the run; that it was too low for the task is yours to say.',
      whys: [
        why(
          'Why did the run end?',
          `It reached a limit: ${attempt.code}.`,
          ...seen('run.duration_ms', run?.duration_ms),
          ...seen(`facts.limit.${limit?.name ?? 'unnamed'}`, limit?.observed, limit?.limit),
        ),
        why(
          'Why did it get that far?',
          'The agent goes round in circles, or the task is larger than its limits allow.',
          ...seen('run.step', run?.step),
        ),
      ],
      fix: {
        action: 'Look at the steps of the run; raise the limit in `defineAgent`, or change the instructions.',
      },
    });
  },
};
