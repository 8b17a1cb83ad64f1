import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * A proxy took the credential's header away.
 * Needs to know whether there is a proxy. Refuted when there is none.
 */
export const proxyRemovedCredential: Rule = {
  rootCause: 'proxy_removed_credential',
  codes: ['credential_missing'],
  judge({ facts: { upgrade } }) {
    if (upgrade?.is_proxied === undefined) return unknown;
    if (!upgrade.is_proxied) return ruledOut('No proxy left a trace in the headers.');
    return cause({
      confidence: 0.3,
      whys: [
        why(
          'Why was it refused?',
          'The request arrived without a credential.',
          ...seen('facts.upgrade.is_proxied', true),
        ),
        why(
          'Why without?',
          'It came through a proxy, and proxies can remove `Authorization` or `Sec-WebSocket-Protocol`.',
        ),
      ],
      fix: { action: 'Compare what the client sends with what arrives; let the proxy pass both headers on.' },
    });
  },
};
