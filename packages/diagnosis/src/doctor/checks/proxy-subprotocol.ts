import { BEARER_SUBPROTOCOL_PREFIX, SUBPROTOCOL } from '@netra/protocol';
import type { Check } from '../check.ts';
import { socketUrl } from '../conversation.ts';
import { readUpgradeAnswer } from '../read-answer.ts';

const NO_TOKEN = 'netra-doctor';

/** `Sec-WebSocket-Protocol` arrives, by which browsers carry their ticket. */
export const proxySubprotocol: Check = {
  name: 'proxy_subprotocol',
  title: 'Sec-WebSocket-Protocol through the proxy',
  needs: [],
  restsOn: ['deploy_draining'],
  follows: ['proxy_upgrade'],
  async run({ url, network, signal }) {
    const headers = { 'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ${BEARER_SUBPROTOCOL_PREFIX}${NO_TOKEN}` };
    const { code } = readUpgradeAnswer(await network.upgrade(socketUrl(url), { headers, signal }));
    if (code !== 'credential_missing') return undefined;
    return {
      severity: 'error',
      message:
        'A proxy removes `Sec-WebSocket-Protocol`, so that no browser can connect. nginx, for /ws: `proxy_set_header Sec-WebSocket-Protocol $http_sec_websocket_protocol;`.',
      command: `netra doctor ${url} proxy_subprotocol`,
      root_cause: 'proxy_dropped_subprotocol',
      code,
      evidence: [{ source: 'answer', observed: code, expected: 'token_malformed' }],
    };
  },
};
