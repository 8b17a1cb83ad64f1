import type { SignInOptions } from '@netra/client';
import { useEffect, useState } from 'react';
import { useSession } from './session-context.ts';

/** What the server offers; undefined until it is known. While nothing is known, only a password is asked for. */
export function useSignInOptions(): SignInOptions | undefined {
  const { account } = useSession();
  const [options, setOptions] = useState<SignInOptions>();
  useEffect(() => {
    let isWanted = true;
    account.signInOptions().then(
      (found) => {
        if (isWanted) setOptions(found);
      },
      // The page works without; whatever is asked of the server next says what is wrong with it.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [account]);
  return options;
}
