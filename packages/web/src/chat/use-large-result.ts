import type { NetraError } from '@netra/client';
import { useState } from 'react';
import { useSubmit } from '../ui/use-submit.ts';
import { useClient } from './client-context.ts';
import { fetchLargeResult, type ResultRef } from './large-result.ts';

export interface LargeResult {
  /** Indented JSON, once it was fetched. */
  readonly text: string | undefined;
  readonly isLoading: boolean;
  readonly error: NetraError | undefined;
  readonly load: (ref: ResultRef) => void;
}

/** A result that travels by reference: fetched when the reader asks for it, and kept while its card is there. */
export function useLargeResult(): LargeResult {
  const client = useClient();
  const [text, setText] = useState<string>();
  const { submit, isBusy, error } = useSubmit(async (ref: ResultRef) => {
    setText(await fetchLargeResult(client, ref));
  });
  return { text, isLoading: isBusy, error, load: submit };
}
