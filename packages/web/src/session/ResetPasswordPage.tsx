import { useLocation } from 'wouter';
import { formText } from '../ui/form-text.ts';
import { TextLink } from '../ui/TextLink.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { EntryError } from './EntryError.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { signInPath } from './entry-address.ts';
import { hasAuthCode } from './has-auth-code.ts';
import { NewPasswordField } from './NewPasswordField.tsx';
import { SubmitButton } from './SubmitButton.tsx';
import { useSession } from './session-context.ts';
import { useFragmentToken } from './use-fragment-token.ts';

const signIn = <TextLink href="/sign-in">Back to signing in</TextLink>;
const newLink = <TextLink href="/forgot-password">Ask for a new link</TextLink>;

/** The page of a link that chooses a new password. The token stands after `#` and leaves the address bar at once. */
export function ResetPasswordPage() {
  const token = useFragmentToken();
  if (token !== '') return <NewPasswordPage key={token} token={token} />;
  return (
    <EntryLayout
      title="This link is not complete"
      lead="Its last part, after the # sign, is missing."
      below={signIn}
    >
      <p className="text-ink-soft">Copy the whole link and open it again, or get another one. {newLink}</p>
    </EntryLayout>
  );
}

function NewPasswordPage({ token }: { token: string }) {
  const session = useSession();
  const [, navigate] = useLocation();
  const { submit, isBusy, error } = useSubmit(async (form: FormData) => {
    const newPassword = formText(form, 'password', { keepSpaces: true });
    await session.account.resetPassword({ token, newPassword });
    // Every session of the user has ended, perhaps the one of this page.
    if (session.getState().status === 'signed_in') await session.check();
    navigate(signInPath('password_changed'), { replace: true });
  });
  const isLinkSpent = hasAuthCode(error, 'INVALID_TOKEN');
  return (
    <EntryLayout
      title="Choose a new password"
      lead="You are signed out everywhere else when it changes."
      below={signIn}
    >
      <EntryError error={error} actions={isLinkSpent ? newLink : undefined} />
      {!isLinkSpent && (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            submit(new FormData(event.currentTarget));
          }}
        >
          <NewPasswordField label="New password" autoFocus />
          <SubmitButton label="Change password" busyLabel="Changing your password" isBusy={isBusy} />
        </form>
      )}
    </EntryLayout>
  );
}
