import type { ToolPart } from '@netra/protocol';
import { CircleCheck, CircleSlash, CircleX, LoaderCircle, type LucideIcon } from 'lucide-react';
import { classNames } from '../ui/class-names.ts';
import { durationInWords } from '../ui/duration.ts';
import { Disclosure } from './Disclosure.tsx';
import { JsonBlock } from './JsonBlock.tsx';
import { LargeResultView } from './LargeResultView.tsx';
import { type LargeResult, useLargeResult } from './use-large-result.ts';

type ToolStatus = 'running' | 'done' | 'failed' | 'unfinished';

const looks: Record<ToolStatus, { icon: LucideIcon; color: string; words: string }> = {
  running: { icon: LoaderCircle, color: 'text-accent-text animate-turn', words: 'running' },
  done: { icon: CircleCheck, color: 'text-ok-text', words: 'done' },
  failed: { icon: CircleX, color: 'text-danger-text', words: 'failed' },
  unfinished: { icon: CircleSlash, color: 'text-ink-faint', words: 'not finished' },
};

/** One tool call: name, purpose, outcome and duration; opens to its arguments and result. `isLive`: its run goes on. */
export function ToolCard({ part, isLive }: { part: ToolPart; isLive: boolean }) {
  const status = statusOf(part, isLive);
  const largeResult = useLargeResult();
  const { icon: Icon, color, words } = looks[status];
  const duration = part.duration_ms === undefined ? '' : durationInWords(part.duration_ms);
  return (
    <div
      data-testid="tool-card"
      data-tool={part.tool_name}
      data-status={status}
      className="rounded-xl border border-line bg-surface shadow-low"
    >
      <Disclosure
        summary={
          <>
            <Icon size={16} aria-hidden="true" className={classNames('shrink-0', color)} />
            <span className="sr-only">Tool</span>
            <span className="shrink-0 font-mono text-sm font-medium text-ink">{part.tool_name}</span>
            <span className="min-w-0 flex-1 truncate text-ink-faint">{part.purpose}</span>
          </>
        }
        trailing={
          <span className="shrink-0 text-xs whitespace-nowrap text-ink-faint tabular-nums">
            {duration === '' ? words : status === 'done' ? duration : `${words}, ${duration}`}
            {status === 'done' && <span className="sr-only"> done</span>}
          </span>
        }
      >
        <JsonBlock label="Arguments" value={part.arguments} />
        <Outcome part={part} status={status} largeResult={largeResult} />
      </Disclosure>
    </div>
  );
}

type OutcomeProps = { part: ToolPart; status: ToolStatus; largeResult: LargeResult };

function Outcome({ part, status, largeResult }: OutcomeProps) {
  if (part.error !== undefined) return <JsonBlock label="Error" value={part.error} />;
  if (part.result_ref !== undefined) {
    return <LargeResultView result={largeResult} resultRef={part.result_ref} toolName={part.tool_name} />;
  }
  if (part.result !== undefined) return <JsonBlock label="Result" value={part.result} />;
  const words = status === 'running' ? 'Waiting for the result of this tool.' : 'There is no result.';
  return <p className="mt-2 text-xs text-ink-faint">{words}</p>;
}

function statusOf(part: ToolPart, isLive: boolean): ToolStatus {
  if (part.ok === true) return 'done';
  if (part.ok === false) return 'failed';
  return isLive ? 'running' : 'unfinished';
}
