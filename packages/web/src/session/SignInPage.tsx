import type { NetraError } from '@netra/client';
import { useState } from 'react';
import { formText } from '../ui/form-text.ts';
import { Notice } from '../ui/Notice.tsx';
import { PasswordField } from '../ui/PasswordField.tsx';
import { TextField } from '../ui/TextField.tsx';
import { TextLink } from '../ui/TextLink.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { EntryError } from './EntryError.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { confirmedPath, keepWantedPath } from './entry-address.ts';
import { hasAuthCode } from './has-auth-code.ts';
import { ProviderButtons } from './ProviderButtons.tsx';
import { returnWords } from './return-words.ts';
import { SecondFactorPage } from './SecondFactorPage.tsx';
import { SendAgain } from './SendAgain.tsx';
import { SubmitButton } from './SubmitButton.tsx';
import { useSession, useSessionState } from './session-context.ts';
import { useSignInOptions } from './use-sign-in-options.ts';

export function SignInPage() {
  const [isSecondStep, setSecondStep] = useState(false);
  if (isSecondStep) return <SecondFactorPage onStartAgain={() => setSecondStep(false)} />;
  return <PasswordPage onSecondFactor={() => setSecondStep(true)} />;
}

function PasswordPage({ onSecondFactor }: { onSecondFactor: () => void }) {
  const session = useSession();
  const options = useSignInOptions();
  const [triedEmail, setTriedEmail] = useState('');
  const { submit, isBusy, error } = useSubmit(async (form: FormData) => {
    const email = formText(form, 'email');
    setTriedEmail(email);
    try {
      const password = formText(form, 'password', { keepSpaces: true });
      await session.signIn({ email, password, confirmedPath });
    } catch (thrown) {
      if (!hasAuthCode(thrown, 'SECOND_FACTOR_REQUIRED')) throw thrown;
      onSecondFactor();
    }
  });
  const canReset = options?.passwordReset === true;
  return (
    <EntryLayout
      title="Sign in"
      lead="Welcome back. Your chats are where you left them."
      below={<OtherWays canSignUp={options?.signUp !== false} canReset={canReset} />}
    >
      {triedEmail === '' && <Arrival />}
      <SignInError error={error} email={triedEmail} canReset={canReset} />
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        <PasswordField label="Password" name="password" autoComplete="current-password" required />
        <SubmitButton label="Sign in" busyLabel="Checking your password" isBusy={isBusy} />
      </form>
      <ProviderButtons providers={options?.providers ?? []} />
    </EntryLayout>
  );
}

function OtherWays({ canSignUp, canReset }: { canSignUp: boolean; canReset: boolean }) {
  return (
    <>
      {canSignUp && (
        <>
          New here? <TextLink href={keepWantedPath('/sign-up')}>Create an account</TextLink>
        </>
      )}
      {canSignUp && canReset && ' · '}
      {canReset && <TextLink href="/forgot-password">Forgot your password?</TextLink>}
    </>
  );
}

/** Why the person is here, where there is a reason: a session that ended, or a link or service that led back. */
function Arrival() {
  const state = useSessionState();
  const because = state.status === 'signed_out' ? state.because : undefined;
  const words = returnWords(location.search);
  if (words !== undefined) {
    return (
      <Notice tone={words.tone} title={words.title}>
        {words.text}
      </Notice>
    );
  }
  if (because === undefined) return null;
  return (
    <Notice tone="news" title={because.title} code={because.code}>
      Please sign in again.
    </Notice>
  );
}

type SignInErrorProps = { error: NetraError | undefined; email: string; canReset: boolean };

function SignInError({ error, email, canReset }: SignInErrorProps) {
  if (hasAuthCode(error, 'EMAIL_NOT_VERIFIED'))
    return <EntryError error={error} actions={<SendAgain key={email} email={email} />} />;
  if (canReset && hasAuthCode(error, 'SIGN_IN_LOCKED')) {
    const reset = <TextLink href="/forgot-password">Reset the password</TextLink>;
    return <EntryError error={error} actions={reset} />;
  }
  return <EntryError error={error} />;
}
