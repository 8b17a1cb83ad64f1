import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The page is served from an origin that is not on the list. */
export const originNotConfigured: Rule = {
  rootCause: 'origin_not_configured',
  title: 'The page’s origin is not on the list',
  codes: ['origin_not_allowed'],
  alongside: ['upgrade_missing', 'auth_unavailable', 'database_unavailable', 'draining'],
  needs: 'The `Origin` header and the list.',
  refutedBy: 'The list has it.',
  prevention:
    'Set ALLOWED_ORIGINS where the address of the web app is set, and let `netra doctor` look from there.',
  judge({ attempt, facts, isOwnCode }) {
    const origin = attempt.client.origin;
    const allowed = facts.allowed_origins;
    if (origin === undefined || (!isOwnCode && allowed === undefined)) return unknown;
    if (allowed?.includes(origin)) return ruledOut('The origin is on the list of allowed ones.');
    const near = allowed?.find((candidate) => isNear(origin, candidate));
    const answer =
      near === undefined
        ? 'Nobody put it on the list; if the page is not yours, the refusal is right.'
        : `The list has ${near}, which differs in scheme, port or the name of the host.`;
    return cause({
      confidence: near === undefined ? 0.8 : 0.95,
      reason:
        near === undefined
          ? 'It is not on the list; whether it should be, nobody but you can say.'
          : 'The list has nearly the same.',
      whys: [
        why(
          'Why was it refused?',
          `The page's origin ${origin} is not on the list.`,
          ...seen('client.origin', origin, allowed?.join(', ')),
        ),
        why('Why is it not on the list?', answer, ...seen('facts.allowed_origins', near)),
      ],
      fix: {
        action: `If the page is yours, add ${origin} to ALLOWED_ORIGINS, or open the page at NETRA_PUBLIC_URL.`,
      },
    });
  },
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isNear(origin: string, candidate: string): boolean {
  if (!URL.canParse(origin) || !URL.canParse(candidate)) return false;
  const [first, second] = [new URL(origin).hostname, new URL(candidate).hostname];
  return bare(first) === bare(second) || (LOOPBACK.has(first) && LOOPBACK.has(second));
}

function bare(hostname: string): string {
  return hostname.replace(/^www\./, '');
}
