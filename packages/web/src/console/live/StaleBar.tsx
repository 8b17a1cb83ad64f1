import type { NetraError } from '@netra/client';
import { CloudOff } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { Countdown } from '../../ui/Countdown.tsx';
import { PlainText } from '../../ui/PlainText.tsx';
import type { Polled } from './use-poll.ts';

type StaleBarProps = {
  main: Polled<unknown>;
  /** Without which the room can be shown. */
  others?: readonly Polled<unknown>[];
};

/** Why what is shown is not renewed, and when the next try is. Nothing while all is well, or nothing is shown. */
export function StaleBar({ main, others = [] }: StaleBarProps) {
  const polls = [main, ...others];
  const broken = main.status === 'failed' ? undefined : polls.find(isBroken);
  const tryNow = () => {
    for (const poll of polls) poll.refresh();
  };
  // The region is always there: screen readers only announce changes of a region that they already know.
  return (
    <div role="status" aria-label="Updates" data-code={broken?.error.code}>
      {broken !== undefined && <Bar error={broken.error} retryAtMs={broken.retryAtMs} onTryNow={tryNow} />}
    </div>
  );
}

function isBroken(poll: Polled<unknown>): poll is Extract<Polled<unknown>, { error: NetraError }> {
  return poll.status === 'stale' || poll.status === 'failed';
}

type BarProps = { error: NetraError; retryAtMs: number | undefined; onTryNow: () => void };

function Bar({ error, retryAtMs, onTryNow }: BarProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-warn-line bg-warn-soft px-4 py-2.5 text-sm text-warn-text sm:px-6">
      <div className="flex min-w-0 flex-1 basis-60 items-start gap-2.5">
        <CloudOff size={16} aria-hidden="true" className="mt-0.5 shrink-0" />
        <p className="min-w-0 wrap-break-word">
          <strong className="font-semibold">{error.title}</strong>
          <span className="text-ink-soft">
            {' '}
            · <PlainText>{wordsFor(error)}</PlainText>
          </span>
        </p>
      </div>
      <div className="flex items-center gap-3">
        {retryAtMs !== undefined && <Countdown untilMs={retryAtMs} />}
        <Button size="small" onClick={onTryNow}>
          Try now
        </Button>
      </div>
    </div>
  );
}

function wordsFor({ detail, title, fix }: NetraError): string {
  return detail === undefined || detail === title ? fix : `${detail.replace(/[.\s]*$/, '.')} ${fix}`;
}
