import type { RootCause } from '../../root-causes.ts';
import type { Check, Finding } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { readAnswer, textOf } from '../read-answer.ts';

/** Longer than an auth service that runs takes to refuse a connection, shorter than the server waits for its answer. */
const SLOW_MS = 900;

/** One line of `/health/ready`. */
interface Line {
  readonly name: string;
  readonly ok: boolean;
  readonly code?: string;
  /** Absent where the server does not say. */
  readonly durationMs?: number;
}

/** The server says of itself that it is ready. */
export const health: Check = {
  name: 'health',
  title: 'Readiness',
  needs: [],
  async run(context) {
    const { url, network, signal } = context;
    const { status, json, code } = await readAnswer(await network.fetch(`${url}/health/ready`, { signal }));
    const lines = linesOf(json);
    const failing = lines.filter(({ ok }) => !ok);
    const worst = worstOf(failing);
    if (status === 200 && worst === undefined) return circuitFinding(lines, context);
    const rootCause = worst === undefined ? undefined : await causeOf(worst, context);
    const evidence = [
      { source: '/health/ready', observed: status === 200 ? 'degraded' : String(status), expected: 'ok' },
      ...failing.map((line) => ({
        source: line.name,
        observed: `${line.code ?? 'not ok'}${line.durationMs === undefined ? '' : ` after ${Math.round(line.durationMs)} ms`}`,
        expected: 'ok',
      })),
    ];
    return {
      severity: 'error',
      message: messageOf(
        status,
        failing.map(({ name }) => name),
      ),
      command: rootCause === undefined ? `curl -sS ${url}/health/ready` : commandFor(rootCause, context),
      evidence,
      ...(rootCause === undefined ? {} : { root_cause: rootCause }),
      ...(code === undefined ? {} : { code }),
    };
  },
};

/** Keys cannot be compared while the auth service is away: that is not another fault. */
const WORST_FIRST = ['database', 'auth', 'redis', 'keys', 'accepting'];

function worstOf(failing: readonly Line[]): Line | undefined {
  const named = WORST_FIRST.map((name) => failing.find((line) => line.name === name));
  return named.find((line) => line !== undefined) ?? failing[0];
}

const CAUSES: Readonly<Record<string, RootCause>> = {
  database: 'database_down',
  'database.pool_exhausted': 'database_pool_exhausted',
  'database.migration_missing': 'migration_missing',
  auth: 'auth_down',
  keys: 'secret_mismatch',
  'keys.unproven': 'service_credential_rejected',
  redis: 'redis_down',
  accepting: 'deploy_draining',
};

async function causeOf(line: Line, context: DoctorContext): Promise<RootCause | undefined> {
  if (line.name === 'auth' && (line.durationMs ?? 0) >= SLOW_MS && (await doesAuthAnswer(context)))
    return 'auth_slow';
  return CAUSES[`${line.name}.${line.code}`] ?? CAUSES[line.name];
}

/** The doctor comes another way than the gateway does: what answers here and not there is slow, or far away, for the gateway. */
async function doesAuthAnswer({ url, authUrl = url, network, signal }: DoctorContext): Promise<boolean> {
  try {
    return (await network.fetch(`${authUrl}/auth/jwks.json`, { signal })).ok;
  } catch {
    return false;
  }
}

/** All is well again, and the gateway does not know it yet. */
function circuitFinding(lines: readonly Line[], { url }: DoctorContext): Finding | undefined {
  if (!lines.some(({ name, code }) => name === 'auth' && code === 'circuit_open')) return undefined;
  return {
    severity: 'warning',
    message:
      'The auth service answers, but calls to it failed a moment ago and the circuit breaker is open: whom the gateway does not know yet is refused for some seconds.',
    command: `netra doctor ${url} health`,
    root_cause: 'circuit_open',
    evidence: [{ source: 'circuit breaker to the auth service', observed: 'open', expected: 'closed' }],
  };
}

const COMMANDS: Partial<Record<RootCause, string>> = {
  migration_missing: 'netra migrate',
  secret_mismatch: 'netra config check',
  service_credential_rejected: 'netra services list',
};

/** Where the mend is none of these: what the auth service says of itself, and what the gateway does. */
function commandFor(rootCause: RootCause, { url, authUrl = url }: DoctorContext): string {
  const asked = rootCause === 'auth_down' || rootCause === 'auth_slow' ? authUrl : url;
  return COMMANDS[rootCause] ?? `curl -sS ${asked}/health/ready`;
}

function messageOf(status: number, failing: readonly string[]): string {
  const which = failing.length === 0 ? '' : `: ${failing.join(', ')}`;
  return status === 200
    ? `The server is degraded${which}. It serves those whom it knows, for some minutes.`
    : `The server is not ready${which}. It should get no traffic until it is.`;
}

function linesOf(json: unknown): Line[] {
  const checks: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'checks') : undefined;
  if (!Array.isArray(checks)) return [];
  return checks.flatMap((check: unknown) => {
    const [name, code] = [textOf(check, 'name'), textOf(check, 'code')];
    if (name === undefined || typeof check !== 'object' || check === null) return [];
    const durationMs: unknown = Reflect.get(check, 'duration_ms');
    const ok = Reflect.get(check, 'ok') !== false;
    return [
      {
        name,
        ok,
        ...(typeof durationMs === 'number' && { durationMs }),
        ...(code === undefined ? {} : { code }),
      },
    ];
  });
}
