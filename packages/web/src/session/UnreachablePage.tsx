import type { NetraError } from '@netra/client';
import { Button } from '../ui/Button.tsx';
import { Countdown } from '../ui/Countdown.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { EntryLayout } from './EntryLayout.tsx';

type UnreachablePageProps = { error: NetraError; retryAtMs: number; onTryNow: () => void };

/** Nothing is known about the user yet, because the server did not answer. */
export function UnreachablePage({ error, retryAtMs, onTryNow }: UnreachablePageProps) {
  return (
    <EntryLayout
      title="Waiting for the server"
      lead="This page continues by itself as soon as there is an answer."
    >
      <ErrorNotice error={error} />
      <div className="flex items-center justify-between text-sm text-ink-soft">
        <Countdown untilMs={retryAtMs} />
        <Button onClick={onTryNow}>Try now</Button>
      </div>
    </EntryLayout>
  );
}
