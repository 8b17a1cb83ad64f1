import type { NetraError } from '@netra/client';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { signInWords } from './sign-in-words.ts';

/** Why signing in or up did not work. */
export function EntryError({ error }: { error: NetraError | undefined }) {
  return error === undefined ? null : <ErrorNotice error={signInWords(error)} />;
}
