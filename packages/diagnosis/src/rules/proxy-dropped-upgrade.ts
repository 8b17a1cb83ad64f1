import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * Something in between turned the upgrade into a plain GET.
 * Needs the upgrade's headers. Refuted when `Upgrade: websocket` arrived, or no WebSocket client was speaking.
 */
export const proxyDroppedUpgrade: Rule = {
  rootCause: 'proxy_dropped_upgrade',
  codes: ['upgrade_missing'],
  judge({ facts: { upgrade } }) {
    if (upgrade === undefined) return unknown;
    const { has_websocket_key: hasKey = false, is_proxied: isProxied = false } = upgrade;
    if (upgrade.upgrade?.toLowerCase() === 'websocket')
      return ruledOut('The header `Upgrade: websocket` did arrive.');
    if (!hasKey && !isProxied)
      return ruledOut('Neither a WebSocket client nor a proxy left a trace in the headers.');
    return cause({
      confidence: hasKey ? 0.95 : 0.6,
      whys: [
        why(
          'Why was it refused?',
          'The request arrived without `Upgrade: websocket`.',
          ...seen('facts.upgrade.upgrade', upgrade.upgrade ?? 'absent', 'websocket'),
        ),
        why(
          'Why was the header missing?',
          hasKey
            ? 'A WebSocket client did ask for the upgrade, as its `Sec-WebSocket-Key` shows: a proxy removed the header on the way.'
            : 'The request came through a proxy, which does not pass the upgrade on unless told to.',
          ...seen('facts.upgrade.has_websocket_key', hasKey),
          ...seen('facts.upgrade.connection', upgrade.connection),
        ),
      ],
      fix: {
        action:
          'Let the proxy pass the upgrade on. nginx: `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";` for `/ws`.',
      },
    });
  },
};
