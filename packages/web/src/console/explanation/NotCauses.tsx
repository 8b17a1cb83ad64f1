import type { ExplanationBody } from '@netra/protocol';
import { PlainText } from '../../ui/PlainText.tsx';
import { Code } from '../Code.tsx';
import { Panel } from '../Panel.tsx';

const lateness = { failed: 'it failed', late: 'it took too long', aborted: 'it was broken off' };

/** What it is not, and what could not be looked at. */
export function NotCauses({ explanation }: { explanation: ExplanationBody }) {
  const { ruled_out: ruledOut, not_available: missing = [] } = explanation;
  if (ruledOut.length === 0 && missing.length === 0) return null;
  return (
    <Panel title="Ruled out" scope={ruledOut.length}>
      <dl className="px-4 pb-3 text-sm">
        {ruledOut.map(({ root_cause: cause, because }) => (
          <div
            key={cause}
            className="grid gap-x-4 border-t border-line py-2 sm:grid-cols-[11rem_minmax(0,1fr)]"
          >
            <dt className="text-ink-soft">
              <Code>{cause}</Code>
            </dt>
            <dd className="text-ink-soft">
              <PlainText>{because}</PlainText>
            </dd>
          </div>
        ))}
        {missing.map(({ probe, because }) => (
          <div
            key={probe}
            className="grid gap-x-4 border-t border-line py-2 sm:grid-cols-[11rem_minmax(0,1fr)]"
          >
            <dt className="text-warn-text">
              <Code>{probe}</Code>
            </dt>
            <dd className="text-warn-text">Could not be looked at: {lateness[because]}.</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
