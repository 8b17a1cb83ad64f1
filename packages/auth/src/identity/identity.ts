import type { Role } from '@netra/protocol';
import { AppError } from '@netra/service';
import { betterAuth } from 'better-auth';
import { storedRole } from '../directory/users.ts';
import { type IdentityOptions, identityOptions } from './identity-options.ts';
import { newLinkToken, SIGN_IN_LINK_LIFE_MS } from './sign-in-link.ts';

interface LiveSession {
  sessionId: string;
  userId: string;
  email: string;
  name: string;
  role: string;
  active: boolean;
}

export interface NewUser {
  email: string;
  password: string;
  name: string;
  /** Default `['user']`. */
  roles?: readonly Role[];
}

export interface LinkUser {
  email: string;
  name: string;
  roles: readonly Role[];
}

export interface SignInLink {
  url: string;
  expiresAt: Date;
}

/** The identity library behind what this service needs of it. */
export interface IdentityLibrary {
  /** Throws what the library did not expect, such as a database that is out of reach. */
  handle(request: Request): Promise<Response>;
  /** Paths below `/auth` with their methods; `:name` stands for one segment. */
  routes: readonly { path: string; methods: readonly string[] }[];
  sessionCookieName: string;
  /** The session of a cookie or bearer session token; `cookies` are to be set when the session was prolonged. */
  findSession(headers: Headers): Promise<{ session: LiveSession | undefined; cookies: string[] }>;
  createUser(user: NewUser): Promise<{ userId: string }>;
  createSignInLink(user: LinkUser): Promise<SignInLink>;
}

export async function createIdentity(options: IdentityOptions, now: () => number): Promise<IdentityLibrary> {
  const library = betterAuth(identityOptions(options));
  const context = await library.$context;

  async function createUser({ email, password, name, roles = ['user'] }: NewUser) {
    const { internalAdapter } = context;
    const address = email.toLowerCase();
    if (await internalAdapter.findUserByEmail(address)) {
      throw new AppError('user_exists', 'There is a user with this e-mail address.');
    }
    const user = await internalAdapter.createUser(newUserRow({ email: address, name, roles }), {
      method: 'admin',
    });
    await internalAdapter.linkAccount({
      userId: user.id,
      providerId: 'credential',
      accountId: user.id,
      password: await context.password.hash(password),
    });
    return { userId: user.id };
  }

  async function createSignInLink({ email, name, roles }: LinkUser): Promise<SignInLink> {
    const { internalAdapter } = context;
    const address = email.toLowerCase();
    const known = await internalAdapter.findUserByEmail(address);
    const user = known
      ? await internalAdapter.updateUser(known.user.id, { role: storedRole(roles), active: true })
      : await internalAdapter.createUser(newUserRow({ email: address, name, roles }), { method: 'admin' });
    const { token, identifier } = newLinkToken();
    const expiresAt = new Date(now() + SIGN_IN_LINK_LIFE_MS);
    await internalAdapter.createVerificationValue({ identifier, value: user.id, expiresAt });
    // In the fragment: it reaches no server log and no referrer; the page posts it.
    return { url: `${options.publicUrl}/sign-in/link#${token}`, expiresAt };
  }

  async function findSession(headers: Headers) {
    const { response, headers: answer } = await library.api.getSession({ headers, returnHeaders: true });
    const cookies = answer.getSetCookie();
    if (response === null) return { session: undefined, cookies };
    const { id: userId, email, name, role, active } = response.user;
    return { session: { sessionId: response.session.id, userId, email, name, role, active }, cookies };
  }

  return {
    handle: (request) => library.handler(request),
    routes: routesOf(library.api),
    sessionCookieName: context.authCookies.sessionToken.name,
    findSession,
    createUser,
    createSignInLink,
  };
}

function newUserRow({ email, name, roles }: LinkUser) {
  return { email, name, role: storedRole(roles), active: true, emailVerified: true };
}

/** Read from the library's own endpoints, so that an upgrade cannot leave a list here behind. */
function routesOf(endpoints: object): { path: string; methods: string[] }[] {
  return Object.values(endpoints).flatMap((endpoint: { path?: unknown; options?: { method?: unknown } }) => {
    if (typeof endpoint.path !== 'string') return [];
    const methods = [endpoint.options?.method].flat().filter((method) => typeof method === 'string');
    return [{ path: endpoint.path, methods }];
  });
}
