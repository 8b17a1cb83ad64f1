import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * The token is from an issuer that this server does not trust, often itself under another address.
 * Needs the token's `iss`. Refuted when it is the expected one.
 */
export const wrongIssuer: Rule = {
  rootCause: 'wrong_issuer',
  codes: ['token_issuer_untrusted'],
  judge({ token, expected }) {
    if (token.issuer === undefined) return unknown;
    if (token.issuer === expected.issuer) return ruledOut('The token’s issuer is the expected one.');
    const isAlias = expected.issuer !== undefined && looksLikeSameServer(token.issuer, expected.issuer);
    return cause({
      confidence: isAlias ? 0.95 : 0.85,
      whys: [
        why(
          'Why was it refused?',
          `The token's issuer is ${token.issuer}.`,
          ...seen('facts.token.issuer', token.issuer, expected.issuer),
        ),
        isAlias
          ? why(
              'Why is that not trusted?',
              'It looks like this installation under another address: auth service and gateway are set to different public URLs.',
            )
          : why(
              'Why is that not trusted?',
              'The client signed in at another installation or identity provider.',
            ),
      ],
      fix: isAlias
        ? {
            action: `Set NETRA_PUBLIC_URL to the same address for the auth service and the gateway: ${expected.issuer}.`,
          }
        : { action: 'Sign in at this installation, or configure that issuer as trusted if it should be.' },
    });
  },
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Same host but for scheme, port, slash or the name of the loopback. */
function looksLikeSameServer(issuer: string, expected: string): boolean {
  const [first, second] = [issuer, expected].map((url) =>
    URL.canParse(url) ? new URL(url).hostname : undefined,
  );
  if (first === undefined || second === undefined) return false;
  return first === second || (LOOPBACK.has(first) && LOOPBACK.has(second));
}
