import { hostname } from 'node:os';
import { API_KEY_PREFIX, type CreatedApiKey, type TokenResponse } from '@netra/protocol';
import { AppError } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { askServer, type Fetch } from './ask-server.ts';
import { type Credential, storeCredential } from './credential-file.ts';

export interface LoginOptions {
  readonly io: CommandIo;
  readonly url: string;
  readonly email: string | undefined;
  readonly passwordStdin: boolean;
  readonly apiKeyStdin: boolean;
  readonly json: boolean;
  readonly fetch?: Fetch;
}

/**
 * Keeps an API key for this server: a given one, or one that is made with a password, which is not kept.
 * Errors: `api_key_malformed`, `second_factor_needed`, `server_unreachable`, and what the server refuses with.
 */
export async function login(options: LoginOptions): Promise<ExitCode> {
  const { io, url, apiKeyStdin, json, fetch = globalThis.fetch } = options;
  const credential = apiKeyStdin ? await givenKey(options, fetch) : await newKey(options, fetch);
  const path = await storeCredential(io.env, url, credential);
  const { user, expires_at: expiresAt } = credential;
  if (json) {
    io.out(JSON.stringify({ url, user, path, ...(expiresAt !== undefined && { expires_at: expiresAt }) }));
    return 0;
  }
  io.out(`Signed in at ${url} as ${user}${expiresAt === undefined ? '' : `, until ${expiresAt}`}.`);
  io.out(`The key is in ${path}; \`netra token print\` makes access tokens of it.`);
  return 0;
}

async function givenKey({ io, url }: LoginOptions, fetch: Fetch): Promise<Credential> {
  const apiKey = (await io.readStdin()).trim();
  if (!apiKey.startsWith(API_KEY_PREFIX))
    throw new AppError('api_key_malformed', `An API key begins with ${API_KEY_PREFIX}.`, {
      fix: `netra login ${url} --api-key-stdin < key.txt`,
    });
  const { user } = await tokenOf(fetch, url, apiKey);
  return { api_key: apiKey, user: user.email };
}

async function newKey(options: LoginOptions, fetch: Fetch): Promise<Credential> {
  const { io, url, passwordStdin } = options;
  const email = options.email ?? (await io.ask('E-mail: '));
  const password = passwordStdin
    ? (await io.readStdin()).replace(/\r?\n$/, '')
    : await io.ask('Password: ', { isHidden: true });
  const answer = await askServer(fetch, url, { path: '/auth/sign-in/email', body: { email, password } });
  const session = answer.headers.get('set-auth-token');
  if (session === null)
    throw new AppError('second_factor_needed', `${email} signs in with a second factor.`, {
      fix: `Make an API key with POST /auth/api-keys and the session of your browser, and give it: netra login ${url} --api-key-stdin`,
    });
  const { user } = await tokenOf(fetch, url, session);
  const created = await askServer(fetch, url, {
    path: '/auth/api-keys',
    bearer: session,
    body: { name: `netra login on ${hostname()}`.slice(0, 100), scopes: user.permissions },
  });
  const key = (await created.json()) as CreatedApiKey; // as the protocol says
  // The key stands by itself; a session that nobody holds would only be listed.
  await askServer(fetch, url, { path: '/auth/sign-out', body: {}, bearer: session });
  return { api_key: key.api_key, key_id: key.key_id, user: user.email, expires_at: key.expires_at };
}

/** An access token for a session or an API key. */
export async function tokenOf(fetch: Fetch, url: string, bearer: string): Promise<TokenResponse> {
  const response = await askServer(fetch, url, { path: '/auth/token', body: {}, bearer });
  return (await response.json()) as TokenResponse; // as the protocol says
}
