import type { RootCause } from '../../root-causes.ts';
import type { Check } from '../check.ts';
import { readAnswer } from '../read-answer.ts';

const CAUSES: Readonly<Record<string, RootCause>> = {
  auth: 'auth_down',
  database: 'database_down',
  keys: 'secret_mismatch',
  redis: 'redis_down',
  accepting: 'deploy_draining',
};

/** The server says of itself that it is ready. */
export const health: Check = {
  name: 'health',
  title: 'Readiness',
  needs: [],
  async run({ url, network, signal }) {
    const { status, json } = await readAnswer(await network.fetch(`${url}/health/ready`, { signal }));
    if (status === 200) return undefined;
    const failing = failingChecks(json);
    // Keys cannot be compared while the auth service is away: that is not another fault.
    const worst =
      ['database', 'auth', 'redis', 'keys', 'accepting'].find((name) => failing.includes(name)) ?? failing[0];
    const rootCause = worst === undefined ? undefined : CAUSES[worst];
    return {
      severity: 'error',
      message: `The server is not ready${failing.length === 0 ? '' : `: ${failing.join(', ')}`}. It should get no traffic until it is.`,
      command: `curl -sS ${url}/health/ready`,
      evidence: [{ source: '/health/ready', observed: String(status), expected: '200' }],
      ...(rootCause === undefined ? {} : { root_cause: rootCause }),
    };
  },
};

function failingChecks(json: unknown): string[] {
  const checks: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'checks') : undefined;
  if (!Array.isArray(checks)) return [];
  return checks.flatMap((check: unknown) => {
    if (typeof check !== 'object' || check === null || Reflect.get(check, 'ok') !== false) return [];
    const name: unknown = Reflect.get(check, 'name');
    return typeof name === 'string' ? [name] : [];
  });
}
