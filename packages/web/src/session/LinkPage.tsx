import { TextLink } from '../ui/TextLink.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { EntryError } from './EntryError.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { SubmitButton } from './SubmitButton.tsx';
import { useSession } from './session-context.ts';
import { useFragmentToken } from './use-fragment-token.ts';

/**
 * The page of a one-time link. The token stands after `#`, so no server or referrer sees it; it leaves the address bar
 * at once and is used only when the person presses the button: mail scanners open pages, and nobody is to be signed in
 * by a link that they merely followed.
 */
export function LinkPage({ onSignedIn }: { onSignedIn: () => void }) {
  const session = useSession();
  const token = useFragmentToken();
  const { submit, isBusy, error } = useSubmit(async () => {
    await session.redeemLink(token);
    onSignedIn();
  });
  const signIn = <TextLink href="/sign-in">Sign in with your password</TextLink>;
  if (token === '') {
    return (
      <EntryLayout
        title="This link is not complete"
        lead="Its last part, after the # sign, is missing."
        below={signIn}
      >
        <p className="text-ink-soft">
          Copy the whole link and open it again. A link works once; for a new one, run Netra again.
        </p>
      </EntryLayout>
    );
  }
  return (
    <EntryLayout title="Sign in with this link" lead="The link works once, for ten minutes." below={signIn}>
      <EntryError error={error} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SubmitButton label="Continue to Netra" busyLabel="Redeeming the link" isBusy={isBusy} />
      </form>
    </EntryLayout>
  );
}
