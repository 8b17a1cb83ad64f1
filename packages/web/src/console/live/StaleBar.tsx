import type { NetraError } from '@netra/client';
import { CloudOff } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { Countdown } from '../../ui/Countdown.tsx';
import { PlainText } from '../../ui/PlainText.tsx';
import type { Polled } from './use-poll.ts';

/** Why what is shown is not renewed, and when the next try is. Nothing while all is well. */
export function StaleBar({ polls }: { polls: readonly Polled<unknown>[] }) {
  const broken = polls.find((poll) => poll.status === 'stale' || poll.status === 'failed');
  const isBroken = broken?.status === 'stale' || broken?.status === 'failed';
  const tryNow = () => {
    for (const poll of polls) poll.refresh();
  };
  // The region is always there: screen readers only announce changes of a region that they already know.
  return (
    <div role="status" aria-label="Updates" data-code={isBroken ? broken.error.code : undefined}>
      {isBroken && <Bar error={broken.error} retryAtMs={broken.retryAtMs} onTryNow={tryNow} />}
    </div>
  );
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
