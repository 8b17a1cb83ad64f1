import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { AuditAction, AuditLog } from '../audit/audit-log.ts';
import { requestFacts } from './request-facts.ts';

interface Person {
  id: string;
  twoFactorEnabled?: boolean | null;
}

/** What an endpoint left behind, as far as it matters here. */
interface Outcome {
  path: string;
  isRefused: boolean;
  /** Of the session that the request opened. */
  opened: { user: Person; sessionId: string } | undefined;
  /** Who was signed in before. */
  user: Person | undefined;
}

const SIGN_IN_METHODS: Readonly<Record<string, string>> = {
  '/sign-in/email': 'password',
  '/sign-in/social': 'provider',
  '/callback/:id': 'provider',
  '/passkey/verify-authentication': 'passkey',
  '/two-factor/verify-totp': 'password and TOTP',
  '/two-factor/verify-backup-code': 'password and recovery code',
  '/one-time-token/verify': 'sign-in link',
};

/** What a user did to their own account when the endpoint of that path succeeded. */
const OWN_ACTIONS: Readonly<Record<string, AuditAction>> = {
  '/change-password': 'password_changed',
  '/two-factor/disable': 'two_factor_disabled',
  '/two-factor/generate-backup-codes': 'recovery_codes_created',
  '/passkey/verify-registration': 'passkey_added',
  '/passkey/delete-passkey': 'passkey_removed',
};

/** Records what happened at the library's endpoints. It must be the last plugin: it looks at what the others left. */
export function securityEvents({ audit }: { audit: AuditLog }) {
  const handler = createAuthMiddleware(async (ctx) => {
    const { context, path } = ctx;
    const opened = context.newSession;
    const outcome: Outcome = {
      path,
      isRefused: isAPIError(context.returned) && context.returned.statusCode >= 400,
      opened: opened ? { user: opened.user, sessionId: opened.session.id } : undefined,
      user: context.session?.user,
    };
    const facts = requestFacts(ctx.headers);
    const event = eventOf(outcome);
    if (event === undefined) return;
    const { action, userId = await pendingUserId(ctx), details } = event;
    const isKnown = userId !== undefined && !outcome.isRefused;
    await audit.record({
      action,
      actor: isKnown ? { kind: 'user', id: userId } : { kind: 'nobody' },
      userId,
      ...(details === undefined ? {} : { details }),
      ...facts,
    });
  });
  const matcher = ({ path }: { path?: string | undefined }) =>
    path !== undefined && (path in SIGN_IN_METHODS || path in OWN_ACTIONS);
  return { id: 'netra-security-events', hooks: { after: [{ matcher, handler }] } } satisfies BetterAuthPlugin;
}

interface FoundEvent {
  action: AuditAction;
  userId?: string;
  details?: Readonly<Record<string, string>>;
}

function eventOf({ path, isRefused, opened, user }: Outcome): FoundEvent | undefined {
  const own = OWN_ACTIONS[path];
  if (own !== undefined) return isRefused || !user ? undefined : { action: own, userId: user.id };
  const isSecondFactor = path.startsWith('/two-factor/');
  if (isSecondFactor && user) return secondFactorEvent({ path, isRefused, user });
  const method = SIGN_IN_METHODS[path] ?? path;
  if (isRefused) {
    if (isSecondFactor) return { action: 'two_factor_failed', details: { method } };
    return path === '/passkey/verify-authentication'
      ? { action: 'sign_in_failed', details: { method } }
      : undefined;
  }
  if (opened === undefined) return undefined;
  const details = { method, session_id: opened.sessionId };
  return { action: 'sign_in', userId: opened.user.id, details };
}

/** A second factor that is shown while signed in: the one being set up. */
function secondFactorEvent({
  path,
  isRefused,
  user,
}: {
  path: string;
  isRefused: boolean;
  user: Person;
}): FoundEvent | undefined {
  if (isRefused) return undefined;
  if (path === '/two-factor/verify-backup-code') return { action: 'recovery_code_used', userId: user.id };
  return user.twoFactorEnabled === true ? undefined : { action: 'two_factor_enabled', userId: user.id };
}

interface CookieContext {
  getSignedCookie(name: string, secret: string): Promise<string | null | undefined | false>;
  context: {
    secret: string;
    createAuthCookie(name: string): { name: string };
    internalAdapter: { findVerificationValue(identifier: string): Promise<{ value: string } | null> };
  };
}

/** Whose second factor is being asked for: who guesses here knows the password. */
export async function pendingUserId(ctx: CookieContext): Promise<string | undefined> {
  const { createAuthCookie, internalAdapter, secret } = ctx.context;
  const challenge = await ctx.getSignedCookie(createAuthCookie('two_factor').name, secret);
  return challenge ? (await internalAdapter.findVerificationValue(challenge))?.value : undefined;
}
