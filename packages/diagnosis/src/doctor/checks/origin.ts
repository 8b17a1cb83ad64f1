import type { Check } from '../check.ts';
import { socketUrl } from '../conversation.ts';
import { readUpgradeAnswer } from '../read-answer.ts';

/** A page of the origin that was named may connect. */
export const origin: Check = {
  name: 'origin',
  title: 'The origin of the page',
  needs: ['origin'],
  restsOn: ['deploy_draining'],
  follows: ['proxy_upgrade'],
  async run({ url, origin: page, network, signal }) {
    if (page === undefined) return undefined;
    const { code, attemptId } = readUpgradeAnswer(
      await network.upgrade(socketUrl(url), { headers: { Origin: page }, signal }),
    );
    if (code !== 'origin_not_allowed') return undefined;
    return {
      severity: 'error',
      message: `Pages of ${page} may not connect. Add it to ALLOWED_ORIGINS; where Netra itself serves the page, NETRA_PUBLIC_URL has to be the address that browsers use.`,
      command: attemptId === undefined ? 'netra config check' : `netra why ${attemptId}`,
      root_cause: 'origin_not_configured',
      code,
      ...(attemptId === undefined ? {} : { attempt_id: attemptId }),
    };
  },
};
