/** What the sign-in page says to people who come back to it by a link or from another service. */
export interface ReturnWords {
  readonly tone: 'problem' | 'news';
  readonly title: string;
  readonly text: string;
}

const newsWords: Readonly<Record<string, { title: string; text: string }>> = {
  password_changed: { title: 'Your password is changed', text: 'Sign in with the new one.' },
  address_confirmed: { title: 'Your e-mail address is confirmed', text: 'Now sign in.' },
};

const startOver = {
  title: 'Signing in took too long, or went on in another browser',
  text: 'Start again, and stay in this browser.',
};

/** Codes of the identity library and of OAuth, in the `error` that they put into the address. */
const errorWords: Readonly<Record<string, { title: string; text: string }>> = {
  access_denied: {
    title: 'The other service did not let you in',
    text: 'Perhaps you cancelled there. Try again, or sign in with your password.',
  },
  account_not_linked: {
    title: 'There is already an account with this e-mail',
    text: 'It does not belong to this way of signing in. Sign in the way you did before.',
  },
  user_inactive: { title: 'This account is deactivated', text: 'Ask whoever runs this Netra.' },
  email_not_found: {
    title: 'The other service did not tell your e-mail address',
    text: 'Allow it there, or sign in another way.',
  },
  state_mismatch: startOver,
  state_not_found: startOver,
  state_invalid: startOver,
  please_restart_the_process: startOver,
};

const providerFailed = {
  title: 'Signing in with the other service did not work',
  text: 'Try again in a moment, or sign in with your password.',
};

const notConfirmed = {
  title: 'This link has expired or does not work',
  text: 'Sign in: if your address is still to be confirmed, you get a new link.',
};

/** Only ever words of this page: what else stands in an address may be anybody's. */
export function returnWords(search: string): ReturnWords | undefined {
  const params = new URLSearchParams(search);
  const [news, error] = [params.get('news') ?? '', params.get('error')];
  if (error !== null) {
    if (news === 'address_confirmed') return { tone: 'problem', ...notConfirmed };
    return { tone: 'problem', ...(known(errorWords, error.toLowerCase()) ?? providerFailed) };
  }
  const words = known(newsWords, news);
  return words === undefined ? undefined : { tone: 'news', ...words };
}

function known<Words>(table: Readonly<Record<string, Words>>, name: string): Words | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
