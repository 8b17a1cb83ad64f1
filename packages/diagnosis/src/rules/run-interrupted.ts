import { cause, type Rule, seen, why } from '../rule.ts';

/** The process that worked on the run ended. */
export const runInterrupted: Rule = {
  rootCause: 'run_interrupted',
  title: 'The process that worked on the run ended',
  codes: ['run_interrupted'],
  needs: 'The code; when the lease was lost makes it surer.',
  refutedBy: 'Nothing: the lease is on record.',
  prevention:
    'Give processes time to drain at a stop, and memory enough; runs of agents that may be repeated are taken over.',
  judge({ run, evidence: { draining, releases, event_loop } }) {
    const isDeploy = draining !== undefined;
    const isBlocked = (event_loop?.max_lag_ms ?? 0) >= 10_000;
    return cause({
      confidence: run?.lease_lost_at === undefined ? 0.82 : 0.93,
      reason: 'A run belongs to the database: that nobody renewed its lease is on record.',
      whys: [
        why(
          'Why did the run not go on?',
          'The process that worked on it no longer said that it lives.',
          ...seen('run.lease_lost_at', run?.lease_lost_at),
          ...seen('run.step', run?.step),
        ),
        why(
          'Why not?',
          isDeploy
            ? 'It was stopped for a new release before the run was over.'
            : isBlocked
              ? 'Its event loop was blocked for longer than a lease lasts.'
              : 'It was killed or crashed: out of memory, a restart, a lost machine.',
          ...seen('draining.since', draining?.since),
          ...seen('releases[0]', releases?.[0]?.release),
          ...seen('event_loop.max_lag_ms', event_loop?.max_lag_ms),
        ),
      ],
      fix: {
        action:
          'Send the message again. If it repeats, look at why processes end: memory, restarts, the time they are given to stop.',
      },
    });
  },
};
