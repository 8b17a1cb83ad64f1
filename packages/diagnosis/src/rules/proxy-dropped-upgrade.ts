import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** Something in between turned the upgrade into a plain GET. */
export const proxyDroppedUpgrade: Rule = {
  rootCause: 'proxy_dropped_upgrade',
  title: 'A proxy does not pass the upgrade on',
  codes: ['upgrade_missing'],
  needs: 'The headers of the upgrade as they arrived.',
  refutedBy: '`Upgrade: websocket` arrived, or neither a WebSocket client nor a proxy left a trace.',
  prevention:
    'Keep the proxy settings of `docs/operating.md` in the deploy, and let `netra doctor` look through the proxy.',
  judge({ facts: { upgrade }, evidence: { proxy } }) {
    if (upgrade === undefined) return unknown;
    const { has_websocket_key: hasKey = false, is_proxied: isProxied = false } = upgrade;
    if (upgrade.upgrade?.toLowerCase() === 'websocket')
      return ruledOut('The header `Upgrade: websocket` did arrive.');
    if (!hasKey && !isProxied)
      return ruledOut('Neither a WebSocket client nor a proxy left a trace in the headers.');
    if (!hasKey && proxy?.passes_upgrade)
      return ruledOut('The proxy passes an upgrade on when it is sent one.');
    const isMeasured = proxy?.passes_upgrade === false;
    return cause({
      confidence: isMeasured ? 0.98 : hasKey ? 0.95 : 0.6,
      reason: isMeasured
        ? 'An upgrade sent through the public address arrives without it.'
        : hasKey
          ? 'A WebSocket key came without its upgrade: only something in between does that.'
          : 'There is a proxy; whether a WebSocket client was behind it does not show.',
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
          ...seen('facts.upgrade.connection', upgrade.connection, 'upgrade'),
          ...seen('proxy.passes_upgrade', proxy?.passes_upgrade, true),
        ),
        why(
          'Why does the proxy not pass it on?',
          '`Upgrade` and `Connection` are hop-by-hop headers: a proxy drops them unless its settings say otherwise.',
          ...seen('proxy.name', proxy?.name),
        ),
      ],
      fix: {
        action:
          'Let the proxy pass the upgrade on. nginx: `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";` for `/ws`.',
        command: 'netra doctor "$NETRA_PUBLIC_URL"',
      },
    });
  },
};
