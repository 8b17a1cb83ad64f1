export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** The link that the text is about: development shows it. */
  link?: string;
}

// Neither the name nor anything else that a stranger may have typed is in a mail: it would carry their words to others.

export function verifyEmailMail(to: string, link: string): Mail {
  return {
    to,
    link,
    subject: 'Confirm your e-mail address',
    text: paragraphs(
      'Somebody signed up with this e-mail address. If it was you, confirm it within an hour:',
      link,
      'If it was not you, do nothing: nobody can use the account.',
    ),
  };
}

export function existingAccountMail(to: string, signInUrl: string): Mail {
  return {
    to,
    subject: 'You have an account already',
    text: paragraphs(
      'Somebody tried to sign up with this e-mail address, which has an account. If it was you, sign in instead, or reset your password there:',
      signInUrl,
      'If it was not you, nothing needs to be done.',
    ),
  };
}

export function resetPasswordMail(to: string, link: string): Mail {
  return {
    to,
    link,
    subject: 'Choose a new password',
    text: paragraphs(
      'Choose a new password with this link. It works once, within an hour:',
      link,
      'If you did not ask for it, do nothing: your password stays as it is.',
    ),
  };
}

export function passwordChangedMail(to: string): Mail {
  return {
    to,
    subject: 'Your password was changed',
    text: paragraphs(
      'The password of your account was changed, and your other sessions were ended.',
      'If it was not you, reset your password now, and tell whoever runs this installation.',
    ),
  };
}

export function changeEmailMail(to: string, { link, newEmail }: { link: string; newEmail: string }): Mail {
  return {
    to,
    link,
    subject: 'Change of your e-mail address',
    text: paragraphs(
      `Your account asks to use ${newEmail} instead of this address. If it was you, allow it:`,
      link,
      'If it was not you, do nothing and change your password: somebody else is signed in as you.',
    ),
  };
}

function paragraphs(...texts: string[]): string {
  return `${texts.join('\n\n')}\n`;
}
