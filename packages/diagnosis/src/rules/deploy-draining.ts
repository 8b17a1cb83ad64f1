import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The server is going down for a new release. */
export const deployDraining: Rule = {
  rootCause: 'deploy_draining',
  title: 'The server is going down for a new release',
  codes: ['draining', 'client_gone', 'run_interrupted'],
  needs: 'The code, or since when the server drains.',
  refutedBy: 'No server was draining.',
  prevention:
    'Nothing has to be prevented: the SDK connects to another node. Start new nodes before old ones drain.',
  judge({ attempt, evidence: { draining, releases } }) {
    const isNamed = attempt.code === 'draining';
    if (!isNamed && draining === undefined) return unknown;
    if (!isNamed && draining !== undefined && draining.since > attempt.at)
      return ruledOut('It began to drain only afterwards.');
    const latest = releases?.[0];
    return cause({
      confidence: isNamed ? 0.95 : 0.6,
      reason: isNamed ? 'The server said so itself.' : 'It was draining at the time.',
      whys: [
        why(
          'Why was it turned away?',
          'The server takes no new connections and asks the open ones to move.',
          ...seen('draining.since', draining?.since),
        ),
        why(
          'Why?',
          latest === undefined
            ? 'It was told to stop, as in a deploy or when a node is taken away.'
            : `Release ${latest.release} was deployed at ${latest.at}.`,
          ...seen('releases[0]', latest?.release),
        ),
      ],
      fix: {
        action:
          'Nothing, unless it lasts: clients connect again within seconds. If it lasts, no other node takes over: look at the new ones.',
        command: 'curl -sS "$NETRA_PUBLIC_URL/health/ready"',
      },
    });
  },
};
