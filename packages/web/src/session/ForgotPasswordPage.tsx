import { useState } from 'react';
import { formText } from '../ui/form-text.ts';
import { Notice } from '../ui/Notice.tsx';
import { TextField } from '../ui/TextField.tsx';
import { TextLink } from '../ui/TextLink.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { EntryError } from './EntryError.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { SubmitButton } from './SubmitButton.tsx';
import { useSession } from './session-context.ts';
import { useSignInOptions } from './use-sign-in-options.ts';

const signIn = <TextLink href="/sign-in">Back to signing in</TextLink>;

/** Asks for a link by mail. What it says afterwards is the same whether there is such an account or not. */
export function ForgotPasswordPage() {
  const session = useSession();
  const options = useSignInOptions();
  const [sentTo, setSentTo] = useState<string>();
  const { submit, isBusy, error } = useSubmit(async (form: FormData) => {
    const email = formText(form, 'email');
    setSentTo(undefined);
    await session.account.requestPasswordReset(email);
    setSentTo(email);
  });
  if (options?.passwordReset === false) {
    return (
      <EntryLayout
        title="Forgot your password?"
        lead="This Netra sends no mail, so a person has to help."
        below={signIn}
      >
        <p className="text-ink-soft">Ask whoever runs it for a link that chooses a new password.</p>
      </EntryLayout>
    );
  }
  return (
    <EntryLayout
      title="Forgot your password?"
      lead="A link by mail lets you choose a new one."
      below={signIn}
    >
      <EntryError error={error} />
      {sentTo !== undefined && (
        <Notice tone="news" title="Check your mail">
          If there is an account for {sentTo}, a link is on its way. It works once, for one hour. Nothing
          there? Look into the spam folder, or check the address.
        </Notice>
      )}
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        <SubmitButton label="Send me a link" busyLabel="Sending a link" isBusy={isBusy} />
      </form>
    </EntryLayout>
  );
}
