import type { NetraAuth } from '@netra/client';
import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { formText } from '../ui/form-text.ts';
import { TextField } from '../ui/TextField.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { EntryError } from './EntryError.tsx';
import { EntryLayout } from './EntryLayout.tsx';
import { hasAuthCode } from './has-auth-code.ts';
import { SubmitButton } from './SubmitButton.tsx';
import { useSession } from './session-context.ts';

type Method = Parameters<NetraAuth['verifySecondFactor']>[0]['method'];

const words = {
  totp: {
    lead: 'Enter the code that your authenticator app shows.',
    label: 'Code',
    switchTo: 'Use the authenticator app',
  },
  recovery_code: {
    lead: 'Enter one of the recovery codes that you kept. Each works once.',
    label: 'Recovery code',
    switchTo: 'Use a recovery code',
  },
} as const;

/** The step after the password of an account that has a second factor. */
export function SecondFactorPage({ onStartAgain }: { onStartAgain: () => void }) {
  const session = useSession();
  const [method, setMethod] = useState<Method>('totp');
  const other: Method = method === 'totp' ? 'recovery_code' : 'totp';
  const { submit, isBusy, error } = useSubmit((form: FormData) =>
    session.verifySecondFactor({ method, code: formText(form, 'code').replaceAll(' ', '') }),
  );
  const isOver = hasAuthCode(error, 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE', 'INVALID_TWO_FACTOR_COOKIE');
  return (
    <EntryLayout title="One more step" lead={words[method].lead}>
      <EntryError error={error} />
      {!isOver && (
        <form
          key={method}
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            submit(new FormData(event.currentTarget));
          }}
        >
          <TextField
            label={words[method].label}
            name="code"
            inputMode={method === 'totp' ? 'numeric' : 'text'}
            autoComplete={method === 'totp' ? 'one-time-code' : 'off'}
            autoCapitalize="off"
            spellCheck={false}
            maxLength={40}
            required
            autoFocus
          />
          <SubmitButton label="Sign in" busyLabel="Checking your code" isBusy={isBusy} />
        </form>
      )}
      <div className="flex flex-wrap justify-between gap-2">
        {!isOver && (
          <Button look="quiet" size="small" onClick={() => setMethod(other)}>
            {words[other].switchTo}
          </Button>
        )}
        <Button look={isOver ? 'outline' : 'quiet'} size="small" onClick={onStartAgain}>
          Start again
        </Button>
      </div>
    </EntryLayout>
  );
}
