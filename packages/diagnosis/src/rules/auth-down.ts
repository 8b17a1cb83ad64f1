import type { Why } from '../explanation.ts';
import { cause, type Rule, type RuleInput, ruledOut, seen, unknown, why } from '../rule.ts';
import { isAuthKeptFromStarting } from './config-facts.ts';
import { HANDSHAKE_CODES } from './handshake-codes.ts';
import { networkAnswer } from './network-answer.ts';
import { isServiceCredentialError } from './service-credential-error.ts';

/** The auth service is out of reach. */
export const authDown: Rule = {
  rootCause: 'auth_down',
  title: 'The auth service is out of reach',
  codes: ['auth_unavailable', 'keys_unavailable'],
  alongside: HANDSHAKE_CODES,
  needs: 'What the gateway saw of the auth service then, or a look at it now.',
  refutedBy: 'Another dependency failed, or the auth service answered.',
  prevention:
    'Run two instances of the auth service behind one address, and alert on the breaker and on `auth` of `/health/ready`.',
  judge(input) {
    const {
      facts: { dependency },
      evidence: { auth },
      isOwnCode,
    } = input;
    if (!isOwnCode && auth?.reachable !== false) return unknown;
    if (isOwnCode && dependency !== undefined && dependency.name !== 'auth' && dependency.name !== 'keys')
      return ruledOut(`What failed was ${dependency.name}.`);
    if (isOwnCode && isServiceCredentialError(dependency))
      return ruledOut('The auth service did answer: it refused the credential of the gateway.');
    if (dependency === undefined && auth === undefined) return unknown;
    const isDownNow = auth?.reachable === false;
    const isBackNow = auth?.reachable === true;
    const isNotStarting = isAuthKeptFromStarting(input);
    return cause({
      confidence: isNotStarting
        ? 0.75
        : isDownNow
          ? 0.96
          : isBackNow
            ? 0.6
            : isTimeLimit(dependency?.error)
              ? 0.7
              : 0.78,
      reason: isNotStarting
        ? 'It does not answer because it does not start: its settings are the deeper cause.'
        : isDownNow
          ? 'The auth service does not answer now either.'
          : isBackNow
            ? 'It answers again, so only the record of then speaks.'
            : isTimeLimit(dependency?.error)
              ? 'The call ran into its time limit, as with a slow one; nobody looked again.'
              : 'The call failed then; nobody looked again.',
      whys: whysOf(input),
      fix: {
        action:
          'Start the auth service, and see that NETRA_AUTH_URL leads to it; the breaker closes and clients come back by themselves.',
        command: 'curl -sS "$NETRA_AUTH_URL/health/ready"',
      },
    });
  },
};

/** What does not answer in time is away, or slow. */
function isTimeLimit(error: string | undefined): boolean {
  return /circuit_timeout|timed? ?out|did not answer within|no answer in time/i.test(error ?? '');
}

function whysOf({ attempt, facts: { dependency }, evidence: { auth, breaker, network } }: RuleInput): Why[] {
  const isOpen = dependency?.circuit !== undefined && dependency.circuit !== 'closed';
  const isBackNow = auth?.reachable === true;
  return [
    why(
      'Why could the identity not be judged?',
      attempt.code === 'keys_unavailable'
        ? 'The keys to check the token could not be fetched.'
        : 'The user could not be looked up in the auth service, and nothing was cached.',
      ...seen('facts.dependency.error', dependency?.error),
    ),
    ...(isOpen
      ? [
          why(
            'Why could it not be looked up?',
            `The circuit breaker to the auth service was ${dependency?.circuit}, so the call was not made: earlier calls had failed.`,
            ...seen('facts.dependency.circuit', dependency?.circuit, 'closed'),
            ...seen('breaker.opened_at', breaker?.opened_at),
            ...seen('breaker.failures', breaker?.failures),
          ),
        ]
      : []),
    why(
      isOpen ? 'Why had the earlier calls failed?' : 'Why did the call fail?',
      isBackNow ? 'The auth service did not answer then; it does now.' : 'The auth service does not answer.',
      ...seen('auth.reachable', auth?.reachable, true),
      ...seen('auth.error', auth?.error ?? breaker?.first_error),
    ),
    ...networkAnswer(network),
    why(
      'Why does it refuse people that one service is away?',
      attempt.code === 'keys_unavailable'
        ? 'Without a key no token can be judged, and a token that was not judged lets nobody in. Keys that were fetched before go on being used.'
        : 'Whether an account is still active is asked before somebody is let in, and a doubt is never decided in their favour. Whoever was looked up in the last minutes is let in meanwhile, so it meets newcomers first.',
    ),
  ];
}
