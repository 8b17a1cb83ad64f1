import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The token is from an issuer that this server does not trust, often itself under another address. */
export const wrongIssuer: Rule = {
  rootCause: 'wrong_issuer',
  title: 'The token comes from an issuer that is not trusted',
  codes: ['token_issuer_untrusted', 'token_key_unknown'],
  alongside: ['token_expired', 'token_environment_wrong', 'token_audience_wrong', 'token_signature_invalid'],
  needs: 'The issuer that the token names and the expected one.',
  refutedBy: 'Both are the same.',
  prevention:
    'Set NETRA_PUBLIC_URL and NETRA_AUTH_ISSUER from one source for both services; `netra doctor` compares them from outside.',
  judge({ attempt, token, expected, evidence }) {
    const isNamed = attempt.code === 'token_issuer_untrusted';
    if (token.issuer === undefined || (!isNamed && expected.issuer === undefined)) return unknown;
    if (token.issuer === expected.issuer) return ruledOut('The token’s issuer is the expected one.');
    const other = evidence.environments?.find(({ issuer }) => issuer === token.issuer);
    const isOtherEnvironment =
      other !== undefined ||
      (token.environment !== undefined &&
        expected.environment !== undefined &&
        token.environment !== expected.environment);
    const isAlias = expected.issuer !== undefined && looksLikeSameServer(token.issuer, expected.issuer);
    // An issuer that is this server under another name is set wrong, whatever environment the token is of.
    if (isOtherEnvironment && !isAlias)
      return ruledOut('It is the issuer of another environment: that is the cause.');
    return cause({
      confidence: isAlias ? 0.95 : isNamed ? 0.85 : 0.82,
      reason: isAlias
        ? 'The two addresses differ in form only.'
        : 'The issuers differ; whether this one should be trusted, nobody but you can say.',
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
        : {
            action:
              'Sign in at this installation, or add that issuer to TRUSTED_ISSUERS if it should be trusted.',
          },
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
