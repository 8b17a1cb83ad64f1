import type { Check } from '../check.ts';
import { readAnswer, textOf } from '../read-answer.ts';
import { refusalFinding } from '../refusal.ts';

/** The auth service describes itself, under the address by which it is known. */
export const discovery: Check = {
  name: 'discovery',
  title: 'Discovery',
  needs: [],
  async run(context) {
    const { url, network, signal } = context;
    const path = '/.well-known/oauth-authorization-server';
    const answer = await readAnswer(await network.fetch(`${url}${path}`, { signal }));
    const issuer = textOf(answer.json, 'issuer');
    if (answer.status !== 200 || issuer === undefined)
      return refusalFinding(answer, { doing: 'Asking the auth service what it is', context });
    if (sameOrigin(issuer, url)) return undefined;
    return {
      severity: 'warning',
      message: `The auth service calls itself ${issuer}, and you came by ${url}. Where both services do not use the same address, tokens are refused as of an issuer that is not trusted.`,
      command: `NETRA_PUBLIC_URL=${url}`,
      root_cause: 'wrong_issuer',
      evidence: [{ source: 'issuer', observed: issuer, expected: url }],
    };
  },
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function sameOrigin(first: string, second: string): boolean {
  if (!URL.canParse(first)) return false;
  const [one, other] = [new URL(first), new URL(second)];
  const isSameHost =
    one.hostname === other.hostname || (LOOPBACK.has(one.hostname) && LOOPBACK.has(other.hostname));
  return isSameHost && one.port === other.port && one.protocol === other.protocol;
}
