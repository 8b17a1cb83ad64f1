import { createLogger, createPool, migrate } from '@netra/service';
import { createTestDatabase } from '@netra/service/testing';
import type { Pool } from 'pg';
import { authMigrations } from '../migrations.ts';
import { type AuthService, type AuthServiceOptions, createAuthService } from '../service.ts';

export const ORIGIN = 'http://localhost:8080';
export const SERVICE = { serviceId: 'gateway', serviceSecret: 'a service secret: of 32 bytes & more' };

export interface AuthKit {
  auth: AuthService;
  pool: Pool;
  /** Every line that was logged. */
  logged: string[];
  /** Another process on the same database, as far as the service can tell. */
  another(overrides?: Partial<AuthServiceOptions>): Promise<AuthService>;
  stop(): Promise<void>;
}

/** A service on a fresh, migrated database. */
export async function startAuth(overrides: Partial<AuthServiceOptions> = {}): Promise<AuthKit> {
  const database = await createTestDatabase();
  const logged: string[] = [];
  const log = createLogger({ level: 'debug', destination: { write: (line) => void logged.push(line) } });
  const pool = createPool(database.connection, { schema: 'auth' });
  await migrate({ pool, schema: 'auth', migrations: await authMigrations(), log });
  const started: AuthService[] = [];
  const another = async (more: Partial<AuthServiceOptions> = {}) => {
    const service = await createAuthService({
      pool,
      publicUrl: ORIGIN,
      environment: 'development',
      encryptionKey: 'an encryption key of 32 bytes or more',
      ...SERVICE,
      trustedOrigins: ['http://127.0.0.1:8080'],
      log,
      ...overrides,
      ...more,
    });
    started.push(service);
    return service;
  };
  return {
    auth: await another(),
    pool,
    logged,
    another,
    async stop() {
      await Promise.all(started.map((service) => service.stop()));
      await pool.end();
      await database.drop();
    },
  };
}

export interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** A session cookie; sent with the page's `Origin`, as a browser does. */
  cookie?: string;
  bearer?: string;
  /** The address that the request comes from; without one, it came by no socket. */
  from?: string;
}

/** One request without a server in between. */
export function call(auth: AuthService, path: string, options: Call = {}): Promise<Response> {
  const { body, cookie, bearer, method = body === undefined ? 'GET' : 'POST' } = options;
  const headers = new Headers(options.headers);
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  if (cookie !== undefined) {
    headers.set('cookie', cookie);
    if (!headers.has('origin')) headers.set('origin', ORIGIN);
  }
  if (bearer !== undefined) headers.set('authorization', `Bearer ${bearer}`);
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  const env = options.from === undefined ? {} : { incoming: { socket: { remoteAddress: options.from } } };
  return auth.fetch(new Request(`${ORIGIN}${path}`, { method, headers, body: text }), env);
}

/** The cookie that a browser would send back. */
export function cookieFrom(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

export const PASSWORD = 'correct horse battery';
let people = 0;

export interface Person {
  email: string;
  cookie: string;
  sessionToken: string;
}

/** Signs a new person up over HTTP. */
export async function signUp(auth: AuthService): Promise<Person> {
  people += 1;
  const email = `person-${people}@example.com`;
  const response = await call(auth, '/auth/sign-up/email', {
    body: { email, password: PASSWORD, name: 'Person' },
  });
  if (response.status !== 200)
    throw new Error(`sign-up answered ${response.status}: ${await response.text()}`);
  return { email, cookie: cookieFrom(response), sessionToken: response.headers.get('set-auth-token') ?? '' };
}

/** Status and code of an answer: what most tests look at. */
export async function outcome(response: Response): Promise<string> {
  if (response.status < 400) return String(response.status);
  const { code } = (await response.json()) as { code?: string };
  return `${response.status} ${code}`;
}
