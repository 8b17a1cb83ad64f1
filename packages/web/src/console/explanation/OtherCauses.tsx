import { Disclosure } from '../../chat/Disclosure.tsx';
import { PlainText } from '../../ui/PlainText.tsx';
import { Panel } from '../Panel.tsx';
import { percent } from '../time-words.ts';
import { type Cause, Whys } from './WhysPanel.tsx';

type OtherCausesProps = { causes: readonly Cause[]; ranking: string | undefined };

/** What else fits, and what would refuse the client once the first is mended. */
export function OtherCauses({ causes, ranking }: OtherCausesProps) {
  if (causes.length === 0) return null;
  return (
    <Panel title="Other causes" scope={causes.length}>
      {ranking !== undefined && (
        <p className="px-4 pb-2 text-sm text-ink-soft">
          <PlainText>{ranking}</PlainText>
        </p>
      )}
      <ul className="px-1 pb-1">
        {causes.map((cause) => (
          <li key={cause.root_cause}>
            <Disclosure summary={<Summary cause={cause} />}>
              <Whys whys={cause.whys} />
              <p className="px-4 pb-1 text-sm text-ink">
                <span className="font-medium">The mend:</span> <PlainText>{cause.fix.action}</PlainText>
              </p>
            </Disclosure>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Summary({ cause: { title, position, confidence } }: { cause: Cause }) {
  return (
    <>
      <span className="min-w-0 flex-1 font-medium text-ink">{title}</span>
      <span className="text-xs text-ink-faint">
        {position === 'next' ? 'would refuse next' : percent(confidence)}
      </span>
    </>
  );
}
