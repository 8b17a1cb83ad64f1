import type { Thread } from '@netra/client';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { Waiting } from '../ui/Waiting.tsx';

/** Fetches the page before the first message that is shown. */
export function OlderMessages({ thread, isLoading }: { thread: Thread; isLoading: boolean }) {
  const { submit, isBusy, error } = useSubmit(() => thread.loadOlder());
  return (
    <div className="grid min-h-8 justify-items-center gap-3">
      {error !== undefined && <ErrorNotice error={error} />}
      {isLoading || isBusy ? (
        <Waiting>Loading earlier messages</Waiting>
      ) : (
        <Button look="quiet" size="small" onClick={() => submit()}>
          Show earlier messages
        </Button>
      )}
    </div>
  );
}
