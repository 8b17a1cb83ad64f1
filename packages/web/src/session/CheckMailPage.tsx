import { TextLink } from '../ui/TextLink.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { SendAgain } from './SendAgain.tsx';

/** After signing up where addresses are confirmed. It is the same for an address that has an account already. */
export function CheckMailPage({ email }: { email: string }) {
  return (
    <EntryLayout
      title="Check your mail"
      lead="One step is left: the link in the mail confirms your address."
      below={
        <>
          Followed the link? <TextLink href="/sign-in">Sign in</TextLink>
        </>
      }
    >
      <p className="wrap-break-word text-ink-soft">
        We wrote to <strong className="font-medium text-ink">{email}</strong>. The link works for one hour.
        Nothing there? Look into the spam folder.
      </p>
      <div className="flex flex-wrap gap-2">
        <SendAgain email={email} />
      </div>
    </EntryLayout>
  );
}
