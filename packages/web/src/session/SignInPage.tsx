import { formText } from '../ui/form-text.ts';
import { Notice } from '../ui/Notice.tsx';
import { PasswordField } from '../ui/PasswordField.tsx';
import { TextField } from '../ui/TextField.tsx';
import { TextLink } from '../ui/TextLink.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { EntryError } from './EntryError.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { SubmitButton } from './SubmitButton.tsx';
import { useSession, useSessionState } from './session-context.ts';

export function SignInPage() {
  const session = useSession();
  const state = useSessionState();
  const { submit, isBusy, error } = useSubmit((form: FormData) =>
    session.signIn({
      email: formText(form, 'email'),
      password: formText(form, 'password', { keepSpaces: true }),
    }),
  );
  const because = state.status === 'signed_out' ? state.because : undefined;
  return (
    <EntryLayout
      title="Sign in"
      lead="Welcome back. Your chats are where you left them."
      below={
        <>
          New here? <TextLink href={`/sign-up${location.search}`}>Create an account</TextLink>
        </>
      }
    >
      {because !== undefined && error === undefined && (
        <Notice tone="news" title={because.title} code={because.code}>
          Please sign in again.
        </Notice>
      )}
      <EntryError error={error} />
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
    </EntryLayout>
  );
}
