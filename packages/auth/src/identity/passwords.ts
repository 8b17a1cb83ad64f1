import { AppError } from '@netra/service';
import { hash, verify } from '@node-rs/argon2';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';

// OWASP's second choice of parameters for argon2id: 19 MiB, 2 passes; 10-18 ms.
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
// NIST SP 800-63B: length counts, composition rules do not.
export const MIN_PASSWORD_CHARS = 8;
export const MAX_PASSWORD_CHARS = 128;
/** From this length on, a known word with an ending is no longer among the first guesses. */
const LONG_PASSWORD_CHARS = 15;

export const passwordHashing = {
  hash: (password: string) => hash(password, ARGON2),
  verify: ({ hash: stored, password }: { hash: string; password: string }) => verify(stored, password),
};

type PasswordProblem = 'PASSWORD_TOO_SHORT' | 'PASSWORD_TOO_LONG' | 'PASSWORD_COMPROMISED';

const MESSAGES: Readonly<Record<PasswordProblem, string>> = {
  PASSWORD_TOO_SHORT: `A password has at least ${MIN_PASSWORD_CHARS} characters.`,
  PASSWORD_TOO_LONG: `A password has at most ${MAX_PASSWORD_CHARS} characters.`,
  PASSWORD_COMPROMISED:
    'This password, or one very like it, is on lists that attackers try first. Choose another.',
};

export interface PasswordRules {
  /** `undefined`: nothing speaks against it. No network is involved. */
  problemOf(password: string, email?: string): Promise<PasswordProblem | undefined>;
}

/** The list of about 49,000 leaked passwords is loaded with the first password that is checked. */
export function createPasswordRules(): PasswordRules {
  let loading: Promise<ReadonlySet<string>> | undefined;
  return {
    async problemOf(password, email) {
      if (password.length < MIN_PASSWORD_CHARS) return 'PASSWORD_TOO_SHORT';
      if (password.length > MAX_PASSWORD_CHARS) return 'PASSWORD_TOO_LONG';
      loading ??= loadCommonPasswords();
      const common = await loading;
      return isGuessable(password, { common, email }) ? 'PASSWORD_COMPROMISED' : undefined;
    },
  };
}

/** Errors: `password_refused`. */
export async function assertGoodPassword(
  rules: PasswordRules,
  password: string,
  email: string,
): Promise<void> {
  const problem = await rules.problemOf(password, email);
  if (problem !== undefined) throw new AppError('password_refused', MESSAGES[problem]);
}

/** Holds new passwords, and only new ones, to the rules. The library itself checks their length. */
export function passwordRulesPlugin(rules: PasswordRules) {
  return {
    id: 'netra-password-rules',
    hooks: {
      before: [
        {
          matcher: ({ path }) =>
            path === '/sign-up/email' || path === '/change-password' || path === '/reset-password',
          handler: createAuthMiddleware(async ({ body }) => {
            const password: unknown = body?.newPassword ?? body?.password;
            const email: unknown = body?.email;
            if (typeof password !== 'string') return;
            const problem = await rules.problemOf(password, typeof email === 'string' ? email : undefined);
            if (problem !== undefined)
              throw new APIError('BAD_REQUEST', { code: problem, message: MESSAGES[problem] });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}

function isGuessable(
  password: string,
  { common, email }: { common: ReadonlySet<string>; email: string | undefined },
): boolean {
  const plain = password.toLowerCase();
  if (common.has(plain) || new Set(plain).size <= 2) return true;
  if (plain.length >= LONG_PASSWORD_CHARS) return false;
  // `Summer2026!` is `summer` to whoever guesses.
  const stem = plain.replace(/[^a-z]+$/, '');
  if (stem !== '' && common.has(stem)) return true;
  const mailbox = email?.split('@')[0]?.toLowerCase() ?? '';
  return mailbox.length >= 4 && plain.includes(mailbox);
}
