import type { NetraError } from '@netra/client';

interface Words {
  readonly code: NetraError['code'];
  readonly title: string;
  readonly detail: string | undefined;
  readonly fix: string;
}

const emailWords = { title: 'This is no e-mail address', fix: 'Check it for a slip, like a missing dot.' };
const nameWords = { title: 'This name cannot be used', fix: 'Use another name, of at most 100 characters.' };

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
  INVALID_EMAIL: emailWords,
  NAME_INVALID: nameWords,
  TEXT_INVALID: {
    title: 'There is a character that cannot be kept',
    fix: 'Type the text again instead of pasting it.',
  },
  EMAIL_RESERVED: {
    title: 'This address cannot have an account',
    fix: 'Addresses that end in .invalid are kept for tests. Use your own.',
  },
  PASSWORD_TOO_SHORT: { title: 'The password is too short', fix: 'Use at least 8 characters.' },
  PASSWORD_TOO_LONG: { title: 'The password is too long', fix: 'Use at most 128 characters.' },
  PASSWORD_COMPROMISED: {
    title: 'This password is too easy to guess',
    fix: 'It is on the lists of passwords that leaked, or is made of your e-mail. Choose another one.',
  },
  SIGN_IN_LOCKED: {
    title: 'Too many wrong passwords',
    fix: 'Signing in is locked for up to 15 minutes. Wait, or reset the password.',
  },
  EMAIL_NOT_VERIFIED: {
    title: 'Your e-mail address is not confirmed yet',
    fix: 'Follow the link in the mail that we sent you, then sign in.',
  },
  EMAIL_PASSWORD_SIGN_UP_DISABLED: {
    title: 'Nobody can make an account here by themselves',
    fix: 'Ask whoever runs this Netra for one.',
  },
  INVALID_TOKEN: {
    title: 'This link has expired or was used before',
    fix: 'A link works once, for one hour.',
  },
  INVALID_CODE: {
    title: 'This code is wrong or was used before',
    fix: 'Enter the code that your app shows now. Each works once; the clock of your phone must be right.',
  },
  INVALID_BACKUP_CODE: {
    title: 'This recovery code is wrong or was used before',
    fix: 'Each one works once. Try another one of your list.',
  },
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: {
    title: 'Too many wrong codes',
    fix: 'Start again with your password.',
  },
  INVALID_TWO_FACTOR_COOKIE: {
    title: 'That took too long',
    fix: 'Start again with your password.',
  },
  ACCOUNT_TEMPORARILY_LOCKED: {
    title: 'Too many wrong codes',
    fix: 'Codes are locked for a while. Wait 15 minutes, then start again with your password.',
  },
  SIGN_IN_LINK_INVALID: {
    title: 'This link has expired or was used before',
    fix: 'A link works once, for ten minutes. Sign in with your password, or run Netra again for a new link.',
  },
};
const otherNames: Readonly<Record<string, string>> = {
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'USER_ALREADY_EXISTS',
};
/** The fields of our forms, as far as the server can find one malformed. */
const fieldWords: Readonly<Record<string, { title: string; fix: string }>> = {
  email: emailWords,
  password: { title: 'This password cannot be used', fix: 'Use 8 to 128 characters.' },
  name: nameWords,
};

/** What to show for a sign-in that failed: the words above, else those of the reason table. */
export function signInWords({ code, title, detail, fix, authCode = '' }: NetraError): Words {
  const known = authCode === 'VALIDATION_ERROR' ? wordsForFields(detail) : wordsFor(authCode);
  return known === undefined ? { code, title, detail, fix } : { code, detail: undefined, ...known };
}

function wordsFor(authCode: string): { title: string; fix: string } | undefined {
  const name = otherNames[authCode] ?? authCode;
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

/** The library names each malformed field in its detail: `[body.email] Invalid email address; [body.name] …`. */
function wordsForFields(detail = ''): { title: string; fix: string } | undefined {
  const [field = '', ...others] = new Set([...detail.matchAll(/\[body\.(\w+)/g)].map((match) => match[1]));
  return others.length === 0 && Object.hasOwn(fieldWords, field) ? fieldWords[field] : undefined;
}
