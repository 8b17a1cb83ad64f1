import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ConfigFact, Evidence, KeyHolder, Probes, Subject } from '@netra/diagnosis';
import type { ReasonCode } from '@netra/protocol';
import type { TrustedIssuer } from '@netra/token';
import pg, { type Pool } from 'pg';
import { isTestUserId } from '../admission/presented-token.ts';
import type { Attempts } from '../attempts/attempts.ts';
import type { AuthClient } from '../auth-client/auth-client.ts';
import { AuthOutage } from '../auth-client/auth-exchange.ts';
import type { KeyProof } from '../auth-client/key-proof.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { gatewayMigrations } from '../migrations.ts';
import { askKeySet } from './ask-key-set.ts';
import { askNetwork } from './ask-network.ts';
import { baselinesOf } from './baselines.ts';
import { modelFailureOf } from './model-failure.ts';
import { retiredKeys } from './retired-keys.ts';

export const NEARBY_ATTEMPTS = 50;
const KEYS_UNAVAILABLE = 'keys_unavailable' satisfies ReasonCode;

export interface EvidenceProbesOptions {
  pool: Pool;
  attempts: Attempts;
  authClient: AuthClient;
  keyProof: KeyProof;
  auth: GatewayOptions['auth'];
  expected: NonNullable<Evidence['expected']>;
  /** Trusted besides the auth service: their key sets are asked about where a token names one of them. */
  issuers?: readonly TrustedIssuer[];
  /** What `netra config check` says of this service. */
  configFacts: readonly ConfigFact[];
  isDraining: () => boolean;
  now: () => number;
}

/** What this gateway can find out about a failure, beyond what was recorded with it. */
export function createEvidenceProbes(options: EvidenceProbesOptions): { probes: Probes; stop(): void } {
  const { pool, attempts, authClient, keyProof, expected, configFacts } = options;
  const eventLoop = monitorEventLoopDelay({ resolution: 20 });
  eventLoop.enable();
  const keySet = (signal: AbortSignal) => askKeySet(options.auth, { signal, now: options.now });
  const probes: Probes = {
    expected: async () => expected,
    config: async () => [...configFacts, ...(await startProblems(pool))],
    nearby_attempts: async () => attempts.recent({ limit: NEARBY_ATTEMPTS }),
    async auth(_subject, signal) {
      const { error, latencyMs } = await keySet(signal);
      return {
        reachable: error === undefined,
        ...(error !== undefined && { error }),
        ...(latencyMs !== undefined && { latency_ms: latencyMs }),
      };
    },
    async key_set(subject, signal) {
      const foreign = await foreignKeySet(subject, options.issuers ?? []);
      if (foreign !== undefined) return foreign;
      const { error, url } = await keySet(signal);
      return { reachable: error === undefined, url, ...(error !== undefined && { error }) };
    },
    known_key_ids: async (_subject, signal) => (await keySet(signal)).keyIds,
    async clock(_subject, signal) {
      const { offsetMs } = await keySet(signal);
      return offsetMs === undefined ? undefined : { offset_ms: offsetMs, reference: 'the auth service' };
    },
    breaker: async () => ({ name: 'auth', state: authClient.circuit(), ...authClient.circuitHistory() }),
    retired_keys: async (subject) => retiredKeys(subject, authClient),
    baselines: async () => baselinesOf(attempts.handshakes),
    network: async (subject, signal) =>
      isAboutAuth(subject) && options.auth.isOverNetwork
        ? askNetwork(options.auth.baseUrl, { ask: async (limit) => (await keySet(limit)).error, signal })
        : undefined,
    key_holders: async () => (await keyProof.holders()).map(toKeyHolder),
    user: async (subject) => askUser(subject, authClient),
    database: async () => askDatabase(pool),
    models: async (subject) =>
      subject.kind === 'run' ? modelFailureOf(pool, subject.run.run_id) : undefined,
    event_loop: async () => ({
      max_lag_ms: Math.round(eventLoop.max / 1e6),
      p99_lag_ms: Math.round(eventLoop.percentile(99) / 1e6),
    }),
    draining: async () =>
      options.isDraining() ? { since: new Date(options.now()).toISOString() } : undefined,
  };
  return { probes, stop: () => eventLoop.disable() };
}

/** Of the issuer that the token names, where that is another than the auth service: whether its key can be had now. */
async function foreignKeySet(
  subject: Subject,
  issuers: readonly TrustedIssuer[],
): Promise<Evidence['key_set']> {
  const token = subject.kind === 'attempt' ? subject.attempt.facts?.token : undefined;
  const issuer = issuers.find((each) => each.issuer === token?.issuer);
  if (issuer === undefined) return undefined;
  const found = await issuer.keys.find(token?.key_id);
  const isReachable = found.found || found.refusal.code !== KEYS_UNAVAILABLE;
  return { reachable: isReachable, url: issuer.issuer };
}

const AUTH_CODES: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'auth_unavailable',
  'keys_unavailable',
  'handshake_deadline',
  'client_gone',
]);

/** Behind which the way to the auth service may be. */
function isAboutAuth(subject: Subject): boolean {
  return subject.kind === 'attempt' && AUTH_CODES.has(subject.attempt.code);
}

function toKeyHolder({
  role,
  source,
  checkValue,
}: Awaited<ReturnType<KeyProof['holders']>>[number]): KeyHolder {
  return {
    service: role === 'issuer' ? 'auth' : 'gateway',
    role,
    source: source ?? 'database',
    check_value: checkValue,
  };
}

async function askUser(subject: Subject, { asService }: AuthClient): Promise<Evidence['user']> {
  const userId = userOf(subject) ?? testUserOf(subject);
  if (userId === undefined) return undefined;
  const { status, body } = await asService(`/auth/service/users/${encodeURIComponent(userId)}`, {});
  if (status !== 200 && status !== 404) throw new AuthOutage(`the user directory answered ${status}`);
  const isActive = typeof body === 'object' && body !== null && 'active' in body && body.active === true;
  return {
    exists: status === 200,
    ...(status === 200 && { active: isActive }),
    is_e2e_id: isTestUserId(userId),
    store: 'the user table of the auth service',
  };
}

export function userOf(subject: Subject): string | undefined {
  if (subject.kind === 'attempt') return subject.attempt.user_id;
  return subject.kind === 'run' ? subject.run.user_id : subject.connection.user_id;
}

/** Whom a token names that proves nothing. */
function testUserOf(subject: Subject): string | undefined {
  return subject.kind === 'attempt' ? subject.attempt.facts?.token?.test_user : undefined;
}

/** Of services that refused to start, which cannot be asked; nothing where the database is away. */
export async function startProblems(pool: Pool): Promise<ConfigFact[]> {
  // A service that has not even tried for so long was taken away.
  const query = `SELECT service, setting, code, message, fix FROM start_problems
    WHERE at > now() - interval '7 days' ORDER BY at DESC LIMIT 50`;
  const { rows } = await pool.query<ConfigFact>(query).catch(() => ({ rows: [] }));
  return rows;
}

export async function askDatabase(pool: Pool): Promise<Evidence['database']> {
  const counts = {
    max: pool.options.max ?? 0,
    used: pool.totalCount - pool.idleCount,
    waiting: pool.waitingCount,
  };
  try {
    const missing = await missingMigrations(pool, { isFull: counts.used >= counts.max });
    return { reachable: true, pool: counts, missing_migrations: missing };
  } catch (cause) {
    const error = cause instanceof Error ? cause.name : 'failed';
    return { reachable: false, error, pool: counts };
  }
}

/** A full pool would keep the question waiting with everything else: then it is asked on a connection of its own. */
async function missingMigrations(pool: Pool, { isFull }: { isFull: boolean }): Promise<string[]> {
  const own = isFull ? new pg.Client(pool.options) : undefined;
  try {
    await own?.connect();
    const { rows } = await (own ?? pool).query<{ name: string }>('SELECT name FROM schema_migrations');
    const applied = new Set(rows.map(({ name }) => name));
    return (await gatewayMigrations()).map(({ name }) => name).filter((name) => !applied.has(name));
  } finally {
    await own?.end();
  }
}
