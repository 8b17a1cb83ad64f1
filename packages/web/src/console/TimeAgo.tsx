import { useNow } from '../ui/use-now.ts';
import { age, exactTime } from './time-words.ts';

const RENEW_MS = 5_000;

/** How long ago that was; the exact time on pointing at it. */
export function TimeAgo({ iso }: { iso: string }) {
  const nowMs = useNow(true, RENEW_MS);
  return (
    <time dateTime={iso} title={exactTime(iso)} className="whitespace-nowrap tabular-nums">
      {age(nowMs - Date.parse(iso))}
    </time>
  );
}
