import type { ReactNode } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Countdown } from '../../ui/Countdown.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import { dataOf } from './data-of.ts';
import type { Polled } from './use-poll.ts';

type FirstAnswerProps<Data> = {
  poll: Polled<Data>;
  waitingFor: string;
  children: (data: Data) => ReactNode;
};

/** What was asked for, once it is there; until then that it is awaited, or why it did not come. */
export function FirstAnswer<Data>({ poll, waitingFor, children }: FirstAnswerProps<Data>) {
  const data = dataOf(poll);
  if (data !== undefined) return children(data);
  if (poll.status !== 'failed') return <Waiting>{waitingFor}</Waiting>;
  const again = (
    <div className="flex flex-wrap items-center gap-3 text-ink-soft">
      <Button size="small" onClick={poll.refresh}>
        Try again
      </Button>
      {poll.retryAtMs !== undefined && <Countdown untilMs={poll.retryAtMs} />}
    </div>
  );
  return <ErrorNotice error={poll.error} actions={again} />;
}
