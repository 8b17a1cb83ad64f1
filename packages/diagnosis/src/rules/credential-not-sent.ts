import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/** The client sent no credential. */
export const credentialNotSent: Rule = {
  rootCause: 'credential_not_sent',
  title: 'The client sent no credential',
  codes: ['credential_missing'],
  needs: 'The code.',
  refutedBy: 'A credential was found after all, or a proxy is known to drop it.',
  prevention: 'Use the SDK, which takes a ticket before it connects.',
  judge({ attempt: { client }, facts: { upgrade }, evidence: { proxy } }) {
    if (client.carrier !== undefined && client.carrier !== 'none')
      return ruledOut(`A credential came by ${client.carrier}.`);
    const isBrowser = client.origin !== undefined && upgrade?.has_websocket_key === true;
    const isDropped = isBrowser ? proxy?.passes_subprotocol === false : proxy?.passes_authorization === false;
    if (isDropped) return ruledOut('The proxy drops the header that carries it.');
    const isTest = client.client_type === 'test';
    const mayBeDropped =
      upgrade?.is_proxied && !(isBrowser ? proxy?.passes_subprotocol : proxy?.passes_authorization);
    return cause({
      confidence: isTest || mayBeDropped ? 0.6 : 0.85,
      reason: upgrade?.is_proxied
        ? 'A proxy stands between and could have removed it.'
        : isTest
          ? 'It was an end-to-end test, which has its own ways to be without one.'
          : 'Nothing stands between that could have removed it.',
      whys: [
        why(
          'Why was it refused?',
          'The request carries no credential.',
          ...seen('client.carrier', client.carrier ?? 'none'),
        ),
        why(
          'Why not?',
          'The client is not signed in, or puts its token where the server does not look, such as a cookie.',
          ...seen('client.user_agent', client.user_agent),
        ),
      ],
      fix: {
        action:
          'Sign in, then send the access token as `Authorization: Bearer …`; browsers take a ticket first.',
      },
    });
  },
};
