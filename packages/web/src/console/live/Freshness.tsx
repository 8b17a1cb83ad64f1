import { Pause, Play } from 'lucide-react';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { age } from '../time-words.ts';
import type { PollState } from './poll.ts';

type FreshnessProps = {
  states: readonly PollState<unknown>[];
  isPaused?: boolean;
  onPause?: ((isPaused: boolean) => void) | undefined;
};

/** How old what is shown is: that of its oldest part. */
export function Freshness({ states, isPaused = false, onPause }: FreshnessProps) {
  const nowMs = useNow(true, 1_000);
  const times = states.flatMap((state) => ('atMs' in state ? state.atMs : []));
  const isStale = states.some(({ status }) => status === 'stale' || status === 'failed');
  const word = isPaused ? 'Paused' : isStale ? 'Not updated' : 'Live';
  return (
    <div className="flex shrink-0 items-center gap-2 text-xs whitespace-nowrap text-ink-faint">
      <span
        aria-hidden="true"
        className={classNames(
          'size-2 rounded-full',
          isPaused ? 'bg-line-strong' : isStale ? 'bg-danger' : 'animate-breathe bg-ok-text',
        )}
      />
      <span className={classNames('font-medium', isStale ? 'text-danger-text' : 'text-ink-soft')}>
        {word}
      </span>
      {times.length > 0 && (
        <span className="tabular-nums max-sm:hidden" data-testid="age">
          {age(nowMs - Math.min(...times))}
        </span>
      )}
      {onPause !== undefined && (
        <IconButton
          label={isPaused ? 'Go on updating' : 'Stop updating'}
          className="size-8"
          onClick={() => onPause(!isPaused)}
        >
          {isPaused ? <Play size={15} aria-hidden="true" /> : <Pause size={15} aria-hidden="true" />}
        </IconButton>
      )}
    </div>
  );
}
