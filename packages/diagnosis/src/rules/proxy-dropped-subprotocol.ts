import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** A proxy took `Sec-WebSocket-Protocol` away, and with it the browser's ticket. */
export const proxyDroppedSubprotocol: Rule = {
  rootCause: 'proxy_dropped_subprotocol',
  title: 'A proxy removes Sec-WebSocket-Protocol',
  codes: ['credential_missing', 'subprotocol_unsupported'],
  alongside: ['upgrade_missing'],
  needs:
    'Whether the header arrived, from which kind of client, or a handshake sent through the public address.',
  refutedBy: 'The header arrived, or the proxy passes it.',
  prevention: 'Let `netra doctor` look through the proxy in each deploy of it.',
  judge({ attempt: { client, code }, facts: { upgrade }, evidence: { proxy }, isOwnCode }) {
    const isMeasured = proxy?.passes_subprotocol === false;
    if (!isOwnCode && !isMeasured) return unknown;
    if (proxy?.passes_subprotocol) return ruledOut('The proxy passes the subprotocol on when it is sent.');
    if (code === 'subprotocol_unsupported' && !isMeasured) return unknown;
    if (upgrade?.has_subprotocol) return ruledOut('The header `Sec-WebSocket-Protocol` did arrive.');
    const isBrowser = client.origin !== undefined && upgrade?.has_websocket_key === true;
    const isStripped = isBrowser && upgrade?.has_subprotocol === false;
    if (!isMeasured && !isStripped) return unknown;
    if (!isMeasured && upgrade?.is_proxied === false)
      return ruledOut('No proxy left a trace in the headers.');
    return cause({
      confidence: isMeasured ? 0.95 : 0.72,
      reason: isMeasured
        ? 'A subprotocol sent through the public address does not arrive.'
        : 'A browser has no other way to carry a credential; a page that sends none would look the same.',
      whys: [
        why(
          'Why was it refused?',
          'The handshake arrived without a credential: no `Sec-WebSocket-Protocol` came with it.',
          ...seen('facts.upgrade.has_subprotocol', upgrade?.has_subprotocol, true),
          ...seen('client.origin', client.origin),
        ),
        why(
          'Why did it not come?',
          'A browser carries its ticket in that header, and something between removed it.',
          ...seen('proxy.passes_subprotocol', proxy?.passes_subprotocol, true),
        ),
        why(
          'Why did it remove it?',
          'The proxy builds the upgrade anew, and its settings name only the headers that it knows.',
          ...seen('proxy.name', proxy?.name),
        ),
      ],
      fix: {
        action:
          'Let the proxy pass the header on. nginx: `proxy_set_header Sec-WebSocket-Protocol $http_sec_websocket_protocol;` for `/ws`.',
        command: 'netra doctor "$NETRA_PUBLIC_URL"',
      },
    });
  },
};
