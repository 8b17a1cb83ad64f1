import { createHash } from 'node:crypto';
import type { BetterAuthOptions } from 'better-auth';
import { decodeJwt } from 'jose';
import type { AuditLog } from '../audit/audit-log.ts';
import {
  changeEmailMail,
  existingAccountMail,
  type Mail,
  passwordChangedMail,
  resetPasswordMail,
  verifyEmailMail,
} from '../mail/mail.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { AttemptLimit, AttemptLimits } from '../rate-limits/attempt-limits.ts';
import type { SignInLockout } from '../rate-limits/sign-in-lockout.ts';
import { requestFacts } from './request-facts.ts';

const LINK_LIFE_S = 3_600;
/** What strangers can have sent to one mailbox, whatever the mails and wherever they ask from. */
export const MAILS_TO_ONE_ADDRESS: AttemptLimit = { max: 6, windowMs: 15 * 60_000 };

export interface IdentityMailsOptions {
  /** Absent: nothing that needs a mail is offered. */
  mailer: Mailer | undefined;
  publicUrl: string;
  isDevelopment: boolean;
  audit: AuditLog;
  limits: AttemptLimits;
  lockout: SignInLockout;
  ownerReturned: (userId: string) => Promise<void>;
}

/** @public Named in the declarations of `identityOptions`. */
export interface MailUser {
  id: string;
  email: string;
}

/** Where a link leads when the page that asked did not say: the token is in the fragment, which no server logs. */
export function resetPasswordLink(publicUrl: string, token: string): string {
  return `${publicUrl}/reset-password#${token}`;
}

/** What the library asks and tells by mail, and what follows from a link that came back. */
export function identityMails(options: IdentityMailsOptions) {
  const { mailer, publicUrl, isDevelopment, audit, limits, lockout, ownerReturned } = options;
  async function passwordReset({ user }: { user: MailUser }, request?: Request) {
    // The way out of a lock that a stranger caused.
    await lockout.unlock(user.email);
    await ownerReturned(user.id);
    await audit.record(ownEvent('password_reset', user.id, request));
    mailer?.send(passwordChangedMail(user.email));
  }

  const password = {
    // In development nobody is made to read mails before the first chat.
    requireEmailVerification: !isDevelopment,
    revokeSessionsOnPasswordReset: true,
    resetPasswordTokenExpiresIn: LINK_LIFE_S,
    onPasswordReset: passwordReset,
  };
  if (mailer === undefined) return { password };

  /** What anybody can ask for. Whoever asks once too often is not told; the mails before hold links that work. */
  async function sendLimited(mail: Mail): Promise<void> {
    const { ok } = await limits.take(mailboxKey(mail.to), MAILS_TO_ONE_ADDRESS);
    if (ok) mailer?.send(mail);
  }

  return {
    password: {
      ...password,
      async sendResetPassword({ user, url, token }: MailLink, request?: Request) {
        const hasOwnPage = new URL(url).searchParams.get('callbackURL');
        await sendLimited(
          resetPasswordMail(user.email, hasOwnPage ? url : resetPasswordLink(publicUrl, token)),
        );
        await audit.record({
          ...ownEvent('password_reset_requested', user.id, request),
          actor: { kind: 'nobody' },
        });
      },
      async onExistingUserSignUp({ user }: { user: MailUser }) {
        await sendLimited(existingAccountMail(user.email, `${publicUrl}/sign-in`));
      },
    },
    emailVerification: {
      expiresIn: LINK_LIFE_S,
      sendOnSignUp: !isDevelopment,
      sendOnSignIn: !isDevelopment,
      // The one who confirms an address need not be the one who chose the password.
      autoSignInAfterVerification: false,
      async sendVerificationEmail({ user, url }: MailLink) {
        await sendLimited(verifyEmailMail(user.email, url));
      },
      async afterEmailVerification(user: MailUser, request?: Request) {
        const action = isChangeOfEmail(request) ? 'email_changed' : 'email_verified';
        await audit.record(ownEvent(action, user.id, request));
      },
    },
    changeEmail: {
      enabled: true,
      async sendChangeEmailConfirmation({ user, newEmail, url }: MailLink & { newEmail: string }) {
        await sendLimited(changeEmailMail(user.email, { link: url, newEmail }));
      },
    },
  } satisfies {
    password: Partial<BetterAuthOptions['emailAndPassword']>;
    emailVerification: BetterAuthOptions['emailVerification'];
    changeEmail: NonNullable<BetterAuthOptions['user']>['changeEmail'];
  };
}

/** @public Named in the declarations of `identityOptions`. */
export interface MailLink {
  user: MailUser;
  url: string;
  token: string;
}

function ownEvent(
  action: 'password_reset' | 'password_reset_requested' | 'email_changed' | 'email_verified',
  userId: string,
  request: Request | undefined,
) {
  return { action, userId, actor: { kind: 'user', id: userId } as const, ...requestFacts(request?.headers) };
}

/** As with sign-ins, only a digest of the address is stored. */
function mailboxKey(email: string): string {
  return `mail:${createHash('sha256').update(email.toLowerCase()).digest('base64url')}`;
}

/** Of a link that the library has just verified. */
function isChangeOfEmail(request: Request | undefined): boolean {
  const token = request && new URL(request.url).searchParams.get('token');
  return typeof token === 'string' && decodeJwt(token).updateTo !== undefined;
}
