import type { OpsStatus } from '@netra/protocol';
import { Panel, PanelNote } from '../Panel.tsx';
import { duration } from '../time-words.ts';

type Step = OpsStatus['steps'][number];

/** The classes end here: what took longer is only known to have done so. */
const LAST_CLASS_MS = 3_000;
const FIRST_CLASS_MS = 0.1;

/** How long each step of the handshake takes: which one eats the time. */
export function StepDurations({ steps }: { steps: readonly Step[] }) {
  return (
    <Panel title="Time by step" scope="since the start, this node">
      {steps.length === 0 ? (
        <PanelNote>No handshake yet.</PanelNote>
      ) : (
        <table className="w-full text-sm">
          <thead>
            <tr className="text-left text-xs text-ink-faint">
              <th scope="col" className="py-1.5 pl-4 font-medium">
                Step
              </th>
              <th scope="col" className="w-20 py-1.5 pr-3 text-right font-medium max-sm:hidden">
                Taken
              </th>
              <th scope="col" className="w-24 py-1.5 pr-3 text-right font-medium">
                Half within
              </th>
              <th scope="col" className="w-24 py-1.5 pr-4 text-right font-medium">
                99 % within
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <Row key={step.step} step={step} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Row({ step: { step, count, p50_ms: p50, p99_ms: p99 } }: { step: Step }) {
  return (
    <tr className="border-t border-line">
      <td className="py-1.5 pr-3 pl-4">
        <span className="flex items-center gap-3">
          <span className="w-36 shrink-0 font-mono text-xs text-ink max-sm:w-28">{step}</span>
          <span
            aria-hidden="true"
            className="h-1.5 flex-1 overflow-hidden rounded-full bg-sunken max-sm:hidden"
          >
            <span className="block h-full rounded-full bg-accent" style={{ width: `${widthOf(p99)}%` }} />
          </span>
        </span>
      </td>
      <td className="py-1.5 pr-3 text-right text-ink-soft tabular-nums max-sm:hidden">
        {count.toLocaleString()}
      </td>
      <td className="py-1.5 pr-3 text-right text-ink-soft tabular-nums">{within(p50)}</td>
      <td className="py-1.5 pr-4 text-right text-ink tabular-nums">{within(p99)}</td>
    </tr>
  );
}

/** Steps take from a tenth of a millisecond to seconds: each decade is as wide as the next. */
function widthOf(ms = LAST_CLASS_MS): number {
  const share = Math.log(ms / FIRST_CLASS_MS) / Math.log(LAST_CLASS_MS / FIRST_CLASS_MS);
  return Math.max(2, share * 100);
}

function within(ms: number | undefined): string {
  return ms === undefined ? `over ${duration(LAST_CLASS_MS)}` : duration(ms);
}
