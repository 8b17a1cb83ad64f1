import type { NetraError, Thread } from '@netra/client';
import { useEffect, useState } from 'react';
import { asNetraError } from '../ui/as-netra-error.ts';

interface Stop {
  /** From the request until the run has ended. */
  readonly isStopping: boolean;
  readonly error: NetraError | undefined;
  readonly stop: () => void;
}

/** Stops the run under way; Escape does it too, unless something on top of the chat wants that key. */
export function useStop(thread: Thread, activeRunId: string | undefined): Stop {
  const [stoppingRunId, setStoppingRunId] = useState<string>();
  const [error, setError] = useState<NetraError>();
  const isStopping = activeRunId !== undefined && stoppingRunId === activeRunId;

  const stop = () => {
    if (activeRunId === undefined || isStopping) return;
    setStoppingRunId(activeRunId);
    setError(undefined);
    thread.cancel().catch((thrown: unknown) => {
      setStoppingRunId(undefined);
      setError(asNetraError(thrown));
    });
  };

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) stop();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });

  return { isStopping, error, stop };
}
