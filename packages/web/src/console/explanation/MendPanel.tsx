import { PlainText } from '../../ui/PlainText.tsx';
import { CommandLine } from '../CommandLine.tsx';
import { Panel } from '../Panel.tsx';
import type { Cause } from './WhysPanel.tsx';

/** What to do about it, and how it is kept from happening again. */
export function MendPanel({ cause: { fix, prevention } }: { cause: Cause }) {
  return (
    <Panel title="The mend" isMarked>
      <div className="px-4 pb-4 text-sm">
        <p className="text-ink">
          <PlainText>{fix.action}</PlainText>
        </p>
        {fix.command !== undefined && (
          <div className="mt-2.5">
            <CommandLine command={fix.command} />
          </div>
        )}
        <h3 className="mt-3 text-xs font-medium text-ink-faint">So that it does not come back</h3>
        <p className="mt-0.5 text-ink-soft">
          <PlainText>{prevention}</PlainText>
        </p>
      </div>
    </Panel>
  );
}
