import { PlainText } from '../../ui/PlainText.tsx';
import { Panel } from '../Panel.tsx';
import { exactTime, percent } from '../time-words.ts';
import type { Cause } from './WhysPanel.tsx';

/** How sure it is, and why not more and not less. */
export function ConfidencePanel({ cause }: { cause: Cause }) {
  const { confidence, reason, location, release, first_seen: firstSeen } = cause;
  const facts = [
    { name: 'Place', value: location },
    { name: 'Release', value: release },
    { name: 'First seen', value: firstSeen === undefined ? undefined : exactTime(firstSeen) },
  ];
  return (
    <Panel
      title="Confidence"
      aside={<span className="text-sm font-semibold text-ink tabular-nums">{percent(confidence)}</span>}
    >
      <div className="px-4 pb-4 text-sm">
        <div aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-sunken">
          <div className="h-full rounded-full bg-accent" style={{ width: `${confidence * 100}%` }} />
        </div>
        <p className="mt-2.5 text-ink-soft">
          <PlainText>{reason}</PlainText>
        </p>
        {facts.some(({ value }) => value !== undefined) && (
          <dl className="mt-3 grid gap-1.5">
            {facts.map(({ name, value }) =>
              value === undefined ? null : (
                <div key={name} className="flex justify-between gap-3">
                  <dt className="shrink-0 text-ink-faint">{name}</dt>
                  <dd className="min-w-0 text-right font-mono text-xs wrap-anywhere text-ink">{value}</dd>
                </div>
              ),
            )}
          </dl>
        )}
      </div>
    </Panel>
  );
}
