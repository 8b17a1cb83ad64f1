import type { NetraError } from '@netra/client';

interface Words {
  readonly code: NetraError['code'];
  readonly title: string;
  readonly detail: string | undefined;
  readonly fix: string;
}

/** The identity library's own codes, as far as a person at a form can meet and mend them. */
const words: Readonly<Record<string, { title: string; fix: string }>> = {
  INVALID_EMAIL_OR_PASSWORD: {
    title: 'The e-mail or the password is wrong',
    fix: 'Check both and try again, or create an account.',
  },
  USER_ALREADY_EXISTS: {
    title: 'There is already an account with this e-mail',
    fix: 'Sign in instead, or use another e-mail.',
  },
  INVALID_EMAIL: { title: 'This is no e-mail address', fix: 'Check it for a slip, like a missing dot.' },
  PASSWORD_TOO_SHORT: { title: 'The password is too short', fix: 'Use at least 8 characters.' },
  PASSWORD_TOO_LONG: { title: 'The password is too long', fix: 'Use at most 128 characters.' },
  SIGN_IN_LINK_INVALID: {
    title: 'This link has expired or was used before',
    fix: 'A link works once, for ten minutes. Sign in with your password, or run Netra again for a new link.',
  },
};
const otherNames: Readonly<Record<string, string>> = {
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'USER_ALREADY_EXISTS',
  VALIDATION_ERROR: 'INVALID_EMAIL',
};

/** What to show for a sign-in that failed: the words above, else those of the reason table. */
export function signInWords({ code, title, detail, fix, authCode = '' }: NetraError): Words {
  const known = words[otherNames[authCode] ?? authCode];
  return known === undefined ? { code, title, detail, fix } : { code, detail: undefined, ...known };
}
