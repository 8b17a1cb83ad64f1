import { formText } from '../ui/form-text.ts';
import { PasswordField } from '../ui/PasswordField.tsx';
import { TextField } from '../ui/TextField.tsx';
import { TextLink } from '../ui/TextLink.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { EntryError } from './EntryError.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { SubmitButton } from './SubmitButton.tsx';
import { useSession } from './session-context.ts';

/** The identity library's own limits; the server checks them again. */
const passwordChars = { min: 8, max: 128 };

export function SignUpPage() {
  const session = useSession();
  const { submit, isBusy, error } = useSubmit((form: FormData) =>
    session.signUp({
      name: formText(form, 'name'),
      email: formText(form, 'email'),
      password: formText(form, 'password', { keepSpaces: true }),
    }),
  );
  return (
    <EntryLayout
      title="Create your account"
      lead="Chat with agents, and see what they think and do."
      below={
        <>
          Already have an account? <TextLink href={`/sign-in${location.search}`}>Sign in</TextLink>
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
        <PasswordField
          label="Password"
          name="password"
          autoComplete="new-password"
          hint={`At least ${passwordChars.min} characters.`}
          minLength={passwordChars.min}
          maxLength={passwordChars.max}
          required
        />
        <SubmitButton label="Create account" busyLabel="Creating your account" isBusy={isBusy} />
      </form>
    </EntryLayout>
  );
}
