import type { ExplanationBody } from '@netra/protocol';
import { classNames } from '../../ui/class-names.ts';
import { PlainText } from '../../ui/PlainText.tsx';
import { Code } from '../Code.tsx';
import { Panel } from '../Panel.tsx';

export type Cause = ExplanationBody['causes'][number];
type Why = Cause['whys'][number];

/** From what the client saw down to the cause, each answer with what was seen of it. */
export function WhysPanel({ cause }: { cause: Cause }) {
  return (
    <Panel title="The whys" scope={`${cause.whys.length} steps from what was seen to the cause`}>
      <Whys whys={cause.whys} />
    </Panel>
  );
}

export function Whys({ whys }: { whys: readonly Why[] }) {
  return (
    <ol className="px-4 pt-1 pb-4">
      {whys.map((why, index) => (
        <Step key={why.question} why={why} number={index + 1} isLast={index === whys.length - 1} />
      ))}
    </ol>
  );
}

function Step({ why, number, isLast }: { why: Why; number: number; isLast: boolean }) {
  return (
    <li className="relative flex gap-3.5 pb-5 last:pb-0">
      {!isLast && <span aria-hidden="true" className="absolute top-7 bottom-0 left-3 w-px bg-line" />}
      <span
        aria-hidden="true"
        className={classNames(
          'grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold tabular-nums',
          isLast ? 'bg-accent text-accent-ink' : 'bg-accent-soft text-accent-text',
        )}
      >
        {number}
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-sm text-ink-soft">{why.question}</p>
        <p className={classNames('mt-0.5 text-ink', isLast && 'font-semibold')}>
          <PlainText>{why.answer}</PlainText>
        </p>
        {why.evidence.length > 0 && <Evidence evidence={why.evidence} />}
      </div>
    </li>
  );
}

function Evidence({ evidence }: { evidence: Why['evidence'] }) {
  return (
    <ul aria-label="Evidence" className="mt-2 overflow-hidden rounded-lg border border-line bg-sunken">
      {evidence.map(({ source, observed, expected }) => (
        <li
          key={`${source} ${observed}`}
          className="grid items-baseline gap-x-4 border-t border-line px-3 py-1 leading-normal first:border-t-0 sm:grid-cols-[minmax(0,13rem)_minmax(0,1fr)]"
        >
          <Code className="text-ink-faint">{source}</Code>
          <span className="min-w-0">
            <Code className="text-ink">{observed}</Code>
            {expected !== undefined && (
              <span className="text-xs text-ink-faint">
                {' · '}
                expected <Code className="text-ink-soft">{expected}</Code>
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
