import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { confirmedPath } from './entry-address.ts';
import { useSession } from './session-context.ts';
import { signInWords } from './sign-in-words.ts';

/** Sends the mail that confirms an address once more. */
export function SendAgain({ email }: { email: string }) {
  const { account } = useSession();
  const [isSent, setSent] = useState(false);
  const { submit, isBusy, error } = useSubmit(async () => {
    setSent(false);
    await account.sendVerificationEmail({ email, confirmedPath });
    setSent(true);
  });
  return (
    <>
      <Button size="small" disabled={isBusy} onClick={() => submit()}>
        {isBusy ? 'Sending' : 'Send the mail again'}
      </Button>
      <span role="status" className="self-center text-sm text-ink-soft">
        {isSent && 'It is on its way.'}
        {error !== undefined && signInWords(error).title}
      </span>
    </>
  );
}
