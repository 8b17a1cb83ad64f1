import type { Check } from '../check.ts';
import { socketUrl } from '../conversation.ts';
import { readUpgradeAnswer } from '../read-answer.ts';
import { refusalFinding } from '../refusal.ts';

/** An upgrade arrives as one: without a credential, the right answer is that it is missing. */
export const proxyUpgrade: Check = {
  name: 'proxy_upgrade',
  title: 'Upgrade through the proxy',
  needs: [],
  restsOn: ['deploy_draining'],
  async run(context) {
    const answer = readUpgradeAnswer(
      await context.network.upgrade(socketUrl(context.url), { headers: {}, signal: context.signal }),
    );
    if (answer.code === 'credential_missing') return undefined;
    if (answer.code !== 'upgrade_missing')
      return refusalFinding(answer, { doing: 'Opening a WebSocket without a credential', context });
    return {
      severity: 'error',
      message:
        'A proxy does not pass the upgrade on: the handshake arrives as a plain GET. nginx, for /ws: `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`.',
      command: `curl -i -H "Connection: Upgrade" -H "Upgrade: websocket" -H "Sec-WebSocket-Version: 13" -H "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==" ${context.url}/ws`,
      root_cause: 'proxy_dropped_upgrade',
      code: answer.code,
      evidence: [{ source: 'answer', observed: answer.code, expected: 'credential_missing' }],
      ...(answer.attemptId === undefined ? {} : { attempt_id: answer.attemptId }),
    };
  },
};
