import { randomBytes } from 'node:crypto';
import type { Role } from '@netra/protocol';
import { AppError, type MailConfig, type SignInProvider } from '@netra/service';
import { betterAuth } from 'better-auth';
import type { AuditActor } from '../audit/audit-log.ts';
import { storedRole } from '../directory/users.ts';
import type { Mail } from '../mail/mail.ts';
import { createDevelopmentMailer, createSmtpMailer, type Mailer } from '../mail/mailer.ts';
import { createSignInLockout } from '../rate-limits/sign-in-lockout.ts';
import { assertFreeEmail } from './account-rules.ts';
import { resetPasswordLink } from './identity-mails.ts';
import { absentPaths, type IdentityOptions, identityOptions } from './identity-options.ts';
import { canHavePasskeys } from './passkeys.ts';
import { assertGoodPassword, createPasswordRules } from './passwords.ts';
import { newLinkToken, SIGN_IN_LINK_LIFE_MS } from './sign-in-link.ts';
import { providerNames } from './sign-in-providers.ts';

/** How people sign in here, as the configuration says. */
export interface IdentitySettings {
  /** Absent outside development: nobody signs up by themselves, and no password is reset by mail. */
  mail?: MailConfig | undefined;
  /** Default none. */
  providers?: readonly SignInProvider[] | undefined;
  /** Shown the mails of a development without a mail server; they hold links that sign in. */
  onDevelopmentMail?: ((mail: Mail) => void) | undefined;
}

export interface LiveSession {
  sessionId: string;
  userId: string;
  email: string;
  name: string;
  role: string;
  active: boolean;
}

export interface NewUser {
  email: string;
  /** Without one, the user signs in by a link, by another way, or after a reset. */
  password?: string | undefined;
  name: string;
  /** Default `['user']`. */
  roles?: readonly Role[] | undefined;
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

/** What a sign-in page may offer. */
interface SignInOptions {
  signUp: boolean;
  passwordReset: boolean;
  passkeys: boolean;
  providers: { id: string; name: string }[];
}

export type CreateIdentityOptions = Omit<
  IdentityOptions,
  'lockout' | 'passwordRules' | 'providers' | 'mailer' | 'runInBackground'
> & { settings: IdentitySettings };

const RESET_LINK_LIFE_MS = 60 * 60_000;

/** The identity library behind what this service needs of it. */
export interface IdentityLibrary {
  /** Throws what the library did not expect, such as a database that is out of reach. */
  handle(request: Request): Promise<Response>;
  /** Paths below `/auth` with their methods; `:name` stands for one segment. */
  routes: readonly { path: string; methods: readonly string[] }[];
  sessionCookieName: string;
  /** The session of a cookie or bearer session token; `cookies` are to be set when the session was prolonged. */
  findSession(headers: Headers): Promise<{ session: LiveSession | undefined; cookies: string[] }>;
  /** Errors: `user_exists`, `password_refused`, `email_reserved`. */
  createUser(user: NewUser, actor?: AuditActor): Promise<{ userId: string }>;
  /** Errors: `email_reserved`. */
  createSignInLink(user: LinkUser): Promise<SignInLink>;
  /** A link to choose a new password, for whoever runs this installation to hand over. Errors: `user_unknown`. */
  createPasswordResetLink(email: string, actor?: AuditActor): Promise<SignInLink>;
  /** Sends the same link by mail. Errors: `mail_not_configured`. */
  sendPasswordReset(email: string): Promise<void>;
  signInOptions: SignInOptions;
  stop(): Promise<void>;
}

const SYSTEM: AuditActor = { kind: 'system' };

export async function createIdentity(
  created: CreateIdentityOptions,
  now: () => number,
): Promise<IdentityLibrary> {
  const { settings, audit } = created;
  const underWay = new Set<Promise<unknown>>();
  const options: IdentityOptions = {
    ...created,
    lockout: createSignInLockout(created.limits),
    passwordRules: createPasswordRules(),
    providers: settings.providers ?? [],
    mailer: mailerOf(created),
    runInBackground(work) {
      const tracked = work.finally(() => underWay.delete(tracked));
      underWay.add(tracked);
    },
  };
  const library = betterAuth(identityOptions(options));
  const context = await library.$context;
  const absent = absentPaths(options);

  async function createUser({ email, password, name, roles = ['user'] }: NewUser, actor = SYSTEM) {
    const { internalAdapter } = context;
    const address = email.toLowerCase();
    assertFreeEmail(address);
    if (password !== undefined) await assertGoodPassword(options.passwordRules, password, address);
    if (await internalAdapter.findUserByEmail(address)) {
      throw new AppError('user_exists', 'There is a user with this e-mail address.');
    }
    const user = await internalAdapter.createUser(newUserRow({ email: address, name, roles }), {
      method: 'admin',
    });
    if (password !== undefined) {
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: await context.password.hash(password),
      });
    }
    await audit.record({ action: 'user_created', actor, userId: user.id, details: { roles } });
    return { userId: user.id };
  }

  async function createSignInLink({ email, name, roles }: LinkUser): Promise<SignInLink> {
    const { internalAdapter } = context;
    const address = email.toLowerCase();
    assertFreeEmail(address);
    const known = await internalAdapter.findUserByEmail(address);
    const user = known
      ? await internalAdapter.updateUser(known.user.id, { role: storedRole(roles), active: true })
      : await internalAdapter.createUser(newUserRow({ email: address, name, roles }), { method: 'admin' });
    const { token, identifier } = newLinkToken();
    const expiresAt = new Date(now() + SIGN_IN_LINK_LIFE_MS);
    await internalAdapter.createVerificationValue({ identifier, value: user.id, expiresAt });
    await audit.record({
      action: 'sign_in_link_created',
      actor: SYSTEM,
      userId: user.id,
      details: { roles },
    });
    // In the fragment: it reaches no server log and no referrer; the page posts it.
    return { url: `${options.publicUrl}/sign-in/link#${token}`, expiresAt };
  }

  async function createPasswordResetLink(email: string, actor = SYSTEM): Promise<SignInLink> {
    const { internalAdapter } = context;
    const known = await internalAdapter.findUserByEmail(email.toLowerCase());
    if (!known) throw new AppError('user_unknown', `There is no user with the e-mail address ${email}.`);
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(now() + RESET_LINK_LIFE_MS);
    // As the library's own reset stores it, so that its endpoint takes the token.
    await internalAdapter.createVerificationValue({
      identifier: `reset-password:${token}`,
      value: known.user.id,
      expiresAt,
    });
    await audit.record({ action: 'password_reset_requested', actor, userId: known.user.id });
    return { url: resetPasswordLink(options.publicUrl, token), expiresAt };
  }

  async function sendPasswordReset(email: string): Promise<void> {
    if (options.mailer === undefined) {
      throw new AppError('mail_not_configured', 'No mail server is configured (SMTP_URL).');
    }
    await library.api.requestPasswordReset({ body: { email } });
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
    routes: routesOf(library.api).filter(({ path }) => !absent.has(path)),
    sessionCookieName: context.authCookies.sessionToken.name,
    findSession,
    createUser,
    createSignInLink,
    createPasswordResetLink,
    sendPasswordReset,
    signInOptions: {
      signUp: !absent.has('/sign-up/email'),
      passwordReset: !absent.has('/request-password-reset'),
      passkeys: canHavePasskeys(options.publicUrl),
      providers: providerNames(options.providers),
    },
    async stop() {
      await Promise.allSettled(underWay);
      await options.mailer?.stop();
    },
  };
}

function mailerOf({ settings, isDevelopment, log }: CreateIdentityOptions): Mailer | undefined {
  if (settings.mail !== undefined) return createSmtpMailer({ ...settings.mail, log });
  if (!isDevelopment) return undefined;
  return createDevelopmentMailer(
    settings.onDevelopmentMail ?? (({ subject }) => log.warn({ subject }, 'a mail that nobody is shown')),
  );
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
