import type { NetraError } from '@netra/client';
import { useRef, useState } from 'react';
import { asNetraError } from './as-netra-error.ts';

interface Submit<Values extends unknown[]> {
  readonly isBusy: boolean;
  readonly error: NetraError | undefined;
  readonly submit: (...values: Values) => void;
}

/** Runs `action` once at a time; what it throws becomes `error` until the next try. */
export function useSubmit<Values extends unknown[]>(
  action: (...values: Values) => Promise<void>,
): Submit<Values> {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<NetraError>();
  const isRunning = useRef(false);
  const submit = (...values: Values) => {
    if (isRunning.current) return;
    isRunning.current = true;
    setBusy(true);
    setError(undefined);
    action(...values)
      .catch((thrown: unknown) => setError(asNetraError(thrown)))
      .finally(() => {
        isRunning.current = false;
        setBusy(false);
      });
  };
  return { isBusy, error, submit };
}
