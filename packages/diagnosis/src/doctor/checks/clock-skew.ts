import { LIMITS } from '@netra/protocol';
import type { Check } from '../check.ts';

/** The clock of the server is that of this machine, as far as tokens care. */
export const clockSkewCheck: Check = {
  name: 'clock_skew',
  title: 'Clock',
  needs: [],
  async run({ url, network, signal, now }) {
    const before = now();
    const { headers } = await network.fetch(`${url}/health/live`, { signal });
    const after = now();
    const serverMs = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(serverMs)) return undefined;
    // The header has whole seconds; the answer was written somewhere between the two readings.
    const offsetMs = Math.round(serverMs + 500 - (before + after) / 2);
    const uncertaintyMs = 500 + (after - before) / 2;
    if (Math.abs(offsetMs) - uncertaintyMs <= LIMITS.tokenSkewMs) return undefined;
    const seconds = Math.round(Math.abs(offsetMs) / 1000);
    return {
      severity: 'error',
      message: `The clock of the server is ${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} that of this machine; tokens bear ${LIMITS.tokenSkewMs / 1000} s. Synchronize both (NTP).`,
      command: 'timedatectl status',
      root_cause: 'clock_skew',
      evidence: [
        { source: 'Date', observed: headers.get('date') ?? '', expected: new Date(after).toUTCString() },
      ],
    };
  },
};
