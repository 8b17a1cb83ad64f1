import type { HttpAnswer } from './http.ts';
import { NetraError } from './netra-error.ts';

/** What a sign-in page can offer. */
export interface SignInOptions {
  /** Whether people may make accounts by themselves. */
  readonly signUp: boolean;
  /** Whether a password can be reset by mail. */
  readonly passwordReset: boolean;
  readonly passkeys: boolean;
  /** Other services to sign in with: `id` for `signInWith`, `name` for people. */
  readonly providers: readonly { readonly id: string; readonly name: string }[];
}

/** What somebody may ask of the auth service without a session. The paths are of the page's own origin. */
export interface AccountRequests {
  signInOptions(): Promise<SignInOptions>;
  /**
   * Begins to sign in with another service; resolves to the address to send the browser to. It comes back to
   * `returnPath`, or to `errorPath` with `?error=` and a code of the identity library.
   */
  signInWith(providerId: string, paths: { returnPath: string; errorPath: string }): Promise<string>;
  /** Sends a link by mail if there is such an account; the answer does not tell. */
  requestPasswordReset(email: string): Promise<void>;
  /** Sets a new password by the token of a link, which works once; every session of the user ends. */
  resetPassword(reset: { token: string; newPassword: string }): Promise<void>;
  /** Sends the link that confirms an address again, if it is still to be confirmed; the answer does not tell. */
  sendVerificationEmail(mail: { email: string; confirmedPath?: string }): Promise<void>;
}

type Send = (method: 'GET' | 'POST', path: string, body: unknown) => Promise<HttpAnswer>;

export function createAccountRequests(send: Send): AccountRequests {
  return {
    async signInOptions() {
      const { body } = await send('GET', '/auth/sign-in-options', undefined);
      return readSignInOptions(body);
    },
    async signInWith(providerId, { returnPath, errorPath }) {
      const { body } = await send('POST', '/auth/sign-in/social', {
        provider: providerId,
        callbackURL: returnPath,
        errorCallbackURL: errorPath,
        disableRedirect: true,
      });
      const url = field(body, 'url');
      if (typeof url !== 'string' || !/^https?:\/\//.test(url))
        throw new NetraError('response_unreadable', { detail: 'The answer names no address to go to.' });
      return url;
    },
    async requestPasswordReset(email) {
      await send('POST', '/auth/request-password-reset', { email });
    },
    async resetPassword(reset) {
      await send('POST', '/auth/reset-password', reset);
    },
    async sendVerificationEmail({ email, confirmedPath }) {
      await send('POST', '/auth/send-verification-email', { email, callbackURL: confirmedPath });
    },
  };
}

/** What stands between a right password and a session: a code of an authenticator app. */
export function secondFactorNeeded(body: unknown): NetraError | undefined {
  if (field(body, 'twoFactorRedirect') !== true) return undefined;
  return new NetraError('credential_missing', {
    authCode: 'SECOND_FACTOR_REQUIRED',
    title: 'A second factor is needed',
    fix: 'Call `verifySecondFactor` with a code of the authenticator app, or a recovery code.',
  });
}

/** A sign-up that opened no session waits until the address is confirmed. */
export function verificationNeeded(path: string, body: unknown): NetraError | undefined {
  if (path !== '/auth/sign-up/email' || field(body, 'token') !== null) return undefined;
  return new NetraError('credential_missing', {
    authCode: 'EMAIL_NOT_VERIFIED',
    title: 'The e-mail address is not confirmed yet',
    fix: 'Follow the link in the mail, then sign in.',
  });
}

function readSignInOptions(body: unknown): SignInOptions {
  const providers: unknown = field(body, 'providers');
  if (!Array.isArray(providers))
    throw new NetraError('response_unreadable', { detail: 'The answer is no list of ways to sign in.' });
  return {
    signUp: field(body, 'sign_up') === true,
    passwordReset: field(body, 'password_reset') === true,
    passkeys: field(body, 'passkeys') === true,
    providers: providers.flatMap((provider: unknown) => {
      const [id, name] = [field(provider, 'id'), field(provider, 'name')];
      return typeof id === 'string' && typeof name === 'string' ? [{ id, name }] : [];
    }),
  };
}

function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}
