import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** A proxy took the `Authorization` header away. */
export const proxyDroppedAuthorization: Rule = {
  rootCause: 'proxy_dropped_authorization',
  title: 'A proxy removes the Authorization header',
  codes: ['credential_missing'],
  alongside: ['upgrade_missing'],
  needs: 'A request sent through the public address, or the traces of a proxy.',
  refutedBy:
    'The proxy passes the header, there is no proxy, or the client was a browser, which cannot send it on a WebSocket.',
  prevention: 'Let `netra doctor` look through the proxy in each deploy of it.',
  judge({ attempt: { client }, facts: { upgrade }, evidence: { proxy }, isOwnCode }) {
    const isMeasured = proxy?.passes_authorization === false;
    if (!isOwnCode && !isMeasured) return unknown;
    if (proxy?.passes_authorization) return ruledOut('The proxy passes `Authorization` on when it is sent.');
    if (upgrade?.has_authorization) return ruledOut('The header did arrive.');
    if (upgrade?.is_proxied === undefined && !isMeasured) return unknown;
    if (!upgrade?.is_proxied && !isMeasured) return ruledOut('No proxy left a trace in the headers.');
    const isBrowser = client.origin !== undefined && upgrade?.has_websocket_key === true;
    if (isBrowser && isOwnCode)
      return ruledOut('The client was a browser, which cannot send `Authorization` on a WebSocket.');
    // Netra's own clients offer the subprotocol, and never connect without a credential.
    const isOurClient = upgrade?.has_subprotocol === true && upgrade.has_authorization === false;
    return cause({
      confidence: isMeasured ? 0.95 : isOurClient ? 0.7 : 0.4,
      reason: isMeasured
        ? 'A header sent through the public address does not arrive.'
        : isOurClient
          ? 'A client that offers the subprotocol without a ticket carries its token in this header, and there is a proxy.'
          : 'There is a proxy; whether the client sent the header does not show.',
      whys: [
        why(
          'Why was it refused?',
          'The request arrived without a credential.',
          ...seen('client.carrier', client.carrier ?? 'none'),
          ...seen('facts.upgrade.is_proxied', upgrade?.is_proxied),
        ),
        why(
          'Why without?',
          isMeasured
            ? 'The proxy removes `Authorization`.'
            : 'It came through a proxy, and proxies can remove `Authorization`.',
          ...seen('proxy.passes_authorization', proxy?.passes_authorization, true),
        ),
        why(
          'Why does it do that?',
          'It checks credentials of its own (basic authentication, an identity-aware proxy), or overwrites the header.',
          ...seen('proxy.name', proxy?.name),
        ),
      ],
      fix: {
        action:
          'Let the proxy pass the header on. nginx: `proxy_set_header Authorization $http_authorization;`, and no `auth_basic` for this address.',
        command: 'netra doctor "$NETRA_PUBLIC_URL"',
      },
    });
  },
};
