import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

const AT_ONCE_MS = 500;

/** The user closed the page or the network broke. */
export const clientLeftEarly: Rule = {
  rootCause: 'client_left_early',
  title: 'The client left by itself',
  codes: ['client_gone'],
  needs: 'The steps, or who ended the connection.',
  refutedBy: 'The client waited for long, or something between cut the connection.',
  prevention: 'Nothing on the server: people close pages.',
  judge({ attempt: { steps }, connection }) {
    if (connection !== undefined) {
      if (connection.ended_by === 'network')
        return ruledOut('There was no close frame: something between cut the connection.');
      return left('The client closed the connection after', connection.age_ms, 0.85);
    }
    if (steps.length === 0) return unknown;
    const totalMs = Math.round(steps.reduce((sum, { duration_ms }) => sum + duration_ms, 0));
    if (totalMs >= AT_ONCE_MS) return ruledOut(`The client waited ${totalMs} ms before it left.`);
    return left('The client left after', totalMs, 0.75);
  },
};

function left(what: string, ms: number, confidence: number) {
  return cause({
    confidence,
    reason: 'Nothing on the server was slow or failed.',
    whys: [
      why('Why did it end?', `${what} ${ms} ms, by itself.`, ...seen('duration', `${ms} ms`)),
      why(
        'Why did it leave?',
        'The page was closed or reloaded, or the network broke. Nothing on the server was slow.',
      ),
    ],
    fix: { action: 'Nothing to mend, unless it happens often.' },
  });
}
