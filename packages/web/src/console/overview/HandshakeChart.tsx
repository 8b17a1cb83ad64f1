import type { OpsStatus } from '@netra/protocol';
import { useNow } from '../../ui/use-now.ts';
import { Panel } from '../Panel.tsx';

const MINUTE_MS = 60_000;
/** A node that has just begun would be lost in an empty hour. */
const SPANS = [15, 30, 60] as const;
const HEIGHT = 100;
const STEP = 10;

type Handshakes = OpsStatus['handshakes'];
type Minute = Handshakes['minutes'][number];

/** Handshakes of the last hour, a column for each minute: accepted below, refused and left above. */
export function HandshakeChart({ handshakes, startedAt }: { handshakes: Handshakes; startedAt: string }) {
  const nowMs = useNow(true, 10_000);
  const minutes = spanOf(nowMs - Date.parse(startedAt));
  const columns = lastMinutes(handshakes.minutes, { nowMs, minutes });
  const most = Math.max(1, ...columns.map(totalOf));
  const refused = handshakes.minutes.reduce((sum, minute) => sum + minute.refused, 0);
  const left = handshakes.minutes.reduce((sum, minute) => sum + minute.left, 0);
  const summary = `${handshakes.accepted} accepted, ${refused} refused, ${left} left early`;
  return (
    <Panel
      title="Handshakes per minute"
      scope={`last ${minutes === 60 ? 'hour' : `${minutes} min`}, this node`}
      aside={<Legend {...{ refused, left }} accepted={handshakes.accepted} />}
    >
      <div className="px-4 pt-2 pb-3">
        <div className="flex gap-2">
          <div
            aria-hidden="true"
            className="flex w-7 shrink-0 flex-col justify-between text-right text-xs leading-none text-ink-faint tabular-nums"
          >
            <span className="-translate-y-1/2">{most}</span>
            <span className="translate-y-1/2">0</span>
          </div>
          <svg
            viewBox={`0 0 ${minutes * STEP} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`Handshakes of the last hour: ${summary}`}
            className="block h-28 min-w-0 flex-1"
          >
            {[0.5, 100.5 / 2, HEIGHT - 0.5].map((y) => (
              <line
                key={y}
                x1="0"
                x2={minutes * STEP}
                y1={y}
                y2={y}
                vectorEffect="non-scaling-stroke"
                className="stroke-line"
              />
            ))}
            {columns.map((minute, index) => (
              <Column key={minute.at} minute={minute} x={index * STEP} most={most} />
            ))}
          </svg>
        </div>
        <div aria-hidden="true" className="mt-1.5 ml-9 flex justify-between text-xs text-ink-faint">
          <span>{minutes} min ago</span>
          <span>now</span>
        </div>
      </div>
    </Panel>
  );
}

function Column({ minute, x, most }: { minute: Minute; x: number; most: number }) {
  const heightOf = (count: number) => (count / most) * (HEIGHT - 4);
  const parts = [
    { look: 'fill-accent', count: minute.accepted },
    { look: 'fill-danger', count: minute.refused },
    { look: 'fill-line-strong', count: minute.left },
  ];
  let y = HEIGHT;
  return (
    <g>
      <title>{`${timeOf(minute.at)}: ${minute.accepted} accepted, ${minute.refused} refused, ${minute.left} left early`}</title>
      <rect x={x} y="0" width={STEP} height={HEIGHT} className="fill-transparent" />
      {parts.map(({ look, count }) => {
        if (count === 0) return null;
        // A single one among thousands is still to be seen.
        const height = Math.max(2, heightOf(count));
        y -= height;
        return <rect key={look} x={x + 1.5} y={y} width={STEP - 3} height={height} className={look} />;
      })}
    </g>
  );
}

function Legend({ accepted, refused, left }: { accepted: number; refused: number; left: number }) {
  const entries = [
    { label: 'accepted', count: accepted, look: 'bg-accent' },
    { label: 'refused', count: refused, look: 'bg-danger' },
    { label: 'left early', count: left, look: 'bg-line-strong' },
  ];
  return (
    <ul className="flex flex-wrap gap-x-3.5 text-xs text-ink-soft">
      {entries.map(({ label, count, look }) => (
        <li key={label} className="flex items-center gap-1.5 whitespace-nowrap">
          <span aria-hidden="true" className={`size-2 rounded-xs ${look}`} />
          <span className="font-medium text-ink tabular-nums">{count.toLocaleString()}</span> {label}
        </li>
      ))}
    </ul>
  );
}

function spanOf(upMs: number): number {
  return SPANS.find((minutes) => upMs < minutes * MINUTE_MS) ?? 60;
}

function lastMinutes(
  known: readonly Minute[],
  { nowMs, minutes }: { nowMs: number; minutes: number },
): Minute[] {
  const latestMs = Math.max(nowMs, ...known.map(({ at }) => Date.parse(at)));
  const firstMs = latestMs - (latestMs % MINUTE_MS) - (minutes - 1) * MINUTE_MS;
  const byTime = new Map(known.map((minute) => [Date.parse(minute.at), minute]));
  return Array.from({ length: minutes }, (_, index) => {
    const atMs = firstMs + index * MINUTE_MS;
    return byTime.get(atMs) ?? { at: new Date(atMs).toISOString(), accepted: 0, refused: 0, left: 0 };
  });
}

function totalOf({ accepted, refused, left }: Minute): number {
  return accepted + refused + left;
}

function timeOf(iso: string): string {
  return new Date(iso).toLocaleTimeString(undefined, { timeStyle: 'short' });
}
