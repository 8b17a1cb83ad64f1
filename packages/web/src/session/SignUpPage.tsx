import { useState } from 'react';
import { formText } from '../ui/form-text.ts';
import { TextField } from '../ui/TextField.tsx';
import { TextLink } from '../ui/TextLink.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { CheckMailPage } from './CheckMailPage.tsx';
import { EntryError } from './EntryError.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { confirmedPath, keepWantedPath } from './entry-address.ts';
import { hasAuthCode } from './has-auth-code.ts';
import { NewPasswordField } from './NewPasswordField.tsx';
import { ProviderButtons } from './ProviderButtons.tsx';
import { SubmitButton } from './SubmitButton.tsx';
import { useSession } from './session-context.ts';
import { useSignInOptions } from './use-sign-in-options.ts';

export function SignUpPage() {
  const session = useSession();
  const options = useSignInOptions();
  const [unconfirmedEmail, setUnconfirmedEmail] = useState<string>();
  const { submit, isBusy, error } = useSubmit(async (form: FormData) => {
    const email = formText(form, 'email');
    const password = formText(form, 'password', { keepSpaces: true });
    try {
      await session.signUp({ name: formText(form, 'name'), email, password, confirmedPath });
    } catch (thrown) {
      if (!hasAuthCode(thrown, 'EMAIL_NOT_VERIFIED')) throw thrown;
      setUnconfirmedEmail(email);
    }
  });
  if (unconfirmedEmail !== undefined) return <CheckMailPage email={unconfirmedEmail} />;
  if (options?.signUp === false) return <SignUpOffPage />;
  return (
    <EntryLayout
      title="Create your account"
      lead="Chat with agents, and see what they think and do."
      below={
        <>
          Already have an account? <TextLink href={keepWantedPath('/sign-in')}>Sign in</TextLink>
        </>
      }
    >
      <EntryError error={error} />
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <TextField label="Name" name="name" autoComplete="name" maxLength={100} required autoFocus />
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required />
        <NewPasswordField label="Password" />
        <SubmitButton label="Create account" busyLabel="Creating your account" isBusy={isBusy} />
      </form>
      <ProviderButtons providers={options?.providers ?? []} />
    </EntryLayout>
  );
}

function SignUpOffPage() {
  return (
    <EntryLayout title="Accounts are made for you here" lead="Nobody signs up by themselves at this Netra.">
      <p className="text-ink-soft">
        Ask whoever runs it for an account. Have one already?{' '}
        <TextLink href={keepWantedPath('/sign-in')}>Sign in</TextLink>
      </p>
    </EntryLayout>
  );
}
