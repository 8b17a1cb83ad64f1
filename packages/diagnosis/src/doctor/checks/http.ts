import type { Check } from '../check.ts';
import { readAnswer, textOf } from '../read-answer.ts';

/** Netra itself answers, not something in front of it. */
export const http: Check = {
  name: 'http',
  title: 'HTTP',
  needs: [],
  isFoundation: true,
  async run({ url, network, signal }) {
    const response = await network.fetch(`${url}/health/live`, { signal });
    const { status, json, server } = await readAnswer(response);
    if (status === 200 && textOf(json, 'status') === 'ok') return undefined;
    const from = server === undefined ? '' : ` by ${server}`;
    const where = response.headers.get('location');
    const isRedirect = status >= 300 && status < 400;
    return {
      severity: 'error',
      message: isRedirect
        ? `The address redirects to ${where ?? 'another one'}: use that one, a handshake follows no redirect.`
        : status >= 502 && status <= 504
          ? `A proxy answers ${status}${from}: the server behind it does not run, or is not where the proxy looks.`
          : `/health/live is answered with ${status}${from}, not by Netra: the address, or the paths of a proxy, lead elsewhere.`,
      command: `curl -i ${url}/health/live`,
      evidence: [{ source: 'status', observed: String(status), expected: '200' }],
    };
  },
};
