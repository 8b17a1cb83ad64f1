import { useNow } from './use-now.ts';

/** Counts down to the next try. Silent for screen readers, which have heard that there will be one. */
export function Countdown({ untilMs }: { untilMs: number }) {
  const seconds = Math.max(0, Math.ceil((untilMs - useNow(true)) / 1_000));
  return (
    <span role="timer" aria-live="off" className="whitespace-nowrap tabular-nums">
      {seconds === 0 ? 'Trying now' : `Next try in ${seconds} s`}
    </span>
  );
}
