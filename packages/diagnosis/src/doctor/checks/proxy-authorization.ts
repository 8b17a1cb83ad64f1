import type { Check } from '../check.ts';
import { readAnswer } from '../read-answer.ts';

/** A word that no token is: whether it is called malformed or missing tells whether the header arrived. */
const NO_TOKEN = 'netra-doctor';

/** `Authorization` arrives at both services. */
export const proxyAuthorization: Check = {
  name: 'proxy_authorization',
  title: 'Authorization through the proxy',
  needs: [],
  restsOn: ['auth_down', 'deploy_draining'],
  async run({ url, authUrl = url, network, signal }) {
    for (const address of [`${authUrl}/auth/validate`, `${url}/v1/agents`]) {
      const headers = { Authorization: `Bearer ${NO_TOKEN}` };
      const { code } = await readAnswer(await network.fetch(address, { headers, signal }));
      if (code !== 'credential_missing') continue;
      return {
        severity: 'error',
        message: `A proxy removes \`Authorization\` on the way to ${address}. nginx: \`proxy_set_header Authorization $http_authorization;\`, and no \`auth_basic\` there.`,
        command: `curl -i -H "Authorization: Bearer ${NO_TOKEN}" ${address}`,
        root_cause: 'proxy_dropped_authorization',
        code,
        evidence: [{ source: address, observed: code, expected: 'token_malformed' }],
      };
    }
    return undefined;
  },
};
