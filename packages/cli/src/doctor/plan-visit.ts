import type { DoctorVisit, VerifyToken } from '@netra/diagnosis';
import { AppError } from '@netra/service';
import type { CommandIo } from '../command-io.ts';
import { judgeToken } from '../inspect/judge-token.ts';
import { findCredential } from '../remote/credential-file.ts';
import { tokenOf } from '../remote/login.ts';
import { readSecret } from '../remote/read-secret.ts';
import { serverUrl } from '../remote/server-url.ts';
import { createNodeNetwork } from './node-network.ts';

export interface VisitFlags {
  readonly authUrl?: string;
  readonly e2eKeyFile?: string;
  readonly e2eKeyEnv?: string;
  readonly e2eUsers?: string;
  readonly tokenFile?: string;
  readonly tokenEnv?: string;
  /** Of the server: with it the token is judged by the server's verifier too. */
  readonly environment?: string;
  readonly idleSeconds?: number;
  readonly origin?: string;
  readonly agent?: string;
}

/**
 * What the doctor brings: the address, and a credential where one was named or `netra login` keeps one for it.
 * Errors: `url_invalid`, `secret_missing`.
 */
export async function planVisit(io: CommandIo, address: string, flags: VisitFlags): Promise<DoctorVisit> {
  const url = originOf(address);
  const authUrl = flags.authUrl === undefined ? undefined : originOf(flags.authUrl);
  const credential = await credentialOf(io, authUrl ?? url, flags);
  // A credential travels only where a password may.
  if (credential !== undefined) for (const each of [url, authUrl ?? url]) serverUrl(each);
  const { environment, idleSeconds, e2eUsers, origin, agent } = flags;
  return {
    url,
    network: createNodeNetwork(),
    now: Date.now,
    ...(authUrl === undefined ? {} : { authUrl }),
    ...(credential === undefined ? {} : { credential }),
    ...(e2eUsers === undefined ? {} : { e2eUserIds: e2eUsers.split(',') }),
    ...(environment === undefined ? {} : { verifyToken: verifierFor(environment) }),
    ...(origin === undefined ? {} : { origin: originOf(origin) }),
    ...(agent === undefined ? {} : { agent }),
    ...(idleSeconds === undefined ? {} : { idleWaitMs: idleSeconds * 1_000 }),
  };
}

async function credentialOf(
  io: CommandIo,
  authUrl: string,
  { e2eKeyFile, e2eKeyEnv, tokenFile, tokenEnv }: VisitFlags,
): Promise<DoctorVisit['credential']> {
  const e2eKey = await readSecret(io, { file: e2eKeyFile, variable: e2eKeyEnv });
  if (e2eKey !== undefined) return { kind: 'e2e_key', value: e2eKey };
  const given = await readSecret(io, { file: tokenFile, variable: tokenEnv });
  const token = given ?? (await tokenOfLogin(io, authUrl));
  return token === undefined ? undefined : { kind: 'access_token', value: token };
}

/** Nothing where nobody is signed in there, or the server gives none: the doctor finds out why by himself. */
async function tokenOfLogin({ env }: CommandIo, url: string): Promise<string | undefined> {
  try {
    const { credential } = await findCredential(env, url);
    return (await tokenOf(globalThis.fetch, url, credential.api_key)).access_token;
  } catch (cause) {
    if (cause instanceof AppError) return undefined;
    throw cause;
  }
}

/** As long as the verifier wants one; it verifies nothing. */
const NO_SECRET_BYTES = 32;

function verifierFor(environment: string): VerifyToken {
  return async (token, { url, signal }) => {
    let isSecretAsked = false;
    const verdict = await judgeToken(token, {
      url,
      environment,
      now: Date.now,
      fetch: (request) => fetch(request, { signal }),
      sharedSecret: () => {
        isSecretAsked = true;
        return new Uint8Array(NO_SECRET_BYTES);
      },
      issuers: [],
    });
    // Only the servers hold the secret that signed it: they judge the signature, when the doctor shows them the token.
    if (isSecretAsked) return { ok: true };
    if (verdict.ok) return { ok: true };
    const { code, detail } = verdict.refusal;
    return { ok: false, code, ...(detail === undefined ? {} : { detail }) };
  };
}

/** Without a scheme it is https, as in a browser, but for this machine. */
function originOf(text: string): string {
  const isLocal = /^(?:localhost|127\.|\[::1\])/.test(text);
  const withScheme = /^https?:\/\//.test(text) ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  if (URL.canParse(withScheme)) return new URL(withScheme).origin;
  throw new AppError('url_invalid', `${text} is no address.`, {
    fix: 'netra doctor https://chat.example.com',
  });
}
