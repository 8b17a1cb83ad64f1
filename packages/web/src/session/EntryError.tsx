import type { NetraError } from '@netra/client';
import type { ReactNode } from 'react';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { signInWords } from './sign-in-words.ts';

/** Why signing in or up did not work, and where it fits what to do next. */
export function EntryError({ error, actions }: { error: NetraError | undefined; actions?: ReactNode }) {
  return error === undefined ? null : <ErrorNotice error={signInWords(error)} actions={actions} />;
}
