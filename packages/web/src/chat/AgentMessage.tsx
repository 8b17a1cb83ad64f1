import type { MessageView } from '@netra/client';
import type { MessagePart } from '@netra/protocol';
import { RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { Logo } from '../ui/Logo.tsx';
import { closeOpenMarks } from './close-open-marks.ts';
import { Markdown } from './Markdown.tsx';
import { ThinkingCard } from './ThinkingCard.tsx';
import { ToolCard } from './ToolCard.tsx';

type AgentMessageProps = {
  message: MessageView;
  isRunOpen: boolean;
  /** What was asked; a retry asks it again. */
  question: string;
  onSend: (text: string) => void;
};

/** An answer: what the agent thought and did, in order, and what it said. */
export const AgentMessage = memo(function AgentMessage({
  message,
  isRunOpen,
  question,
  onSend,
}: AgentMessageProps) {
  const { parts, status, agent = 'Agent' } = message;
  const isLive = status === 'streaming' && isRunOpen;
  const shownParts =
    parts.length === 0 && message.text !== '' ? [{ type: 'text' as const, text: message.text }] : parts;
  return (
    <article
      aria-label={agent}
      aria-busy={isLive}
      data-role="agent"
      data-status={status}
      className="group/answer flex gap-3"
    >
      <span className="hidden pt-0.5 sm:block">
        <Logo size={26} />
      </span>
      <div className="grid min-w-0 flex-1 grid-cols-1 gap-2.5">
        <header className="flex h-7 items-center gap-2">
          <h2 className="text-sm font-semibold text-ink">{agent}</h2>
          <time dateTime={message.createdAt} className="text-xs text-ink-faint">
            {timeInWords(message.createdAt)}
          </time>
        </header>
        {shownParts.map((part, index) => (
          <Part
            key={keyOf(part, index)}
            part={part}
            isLive={isLive}
            isLast={index === shownParts.length - 1}
          />
        ))}
        <Ending message={message} onRetry={() => onSend(question)} />
        {!isLive && message.text !== '' && (
          <div className="-ml-2 flex">
            <CopyButton text={message.text} label="Copy answer" />
          </div>
        )}
      </div>
    </article>
  );
});

function Part({ part, isLive, isLast }: { part: MessagePart; isLive: boolean; isLast: boolean }) {
  switch (part.type) {
    case 'thinking':
      return <ThinkingCard text={part.text} isLive={isLive && isLast} />;
    case 'tool':
      return <ToolCard part={part} isLive={isLive} />;
    case 'text':
      return <Markdown text={isLive && isLast ? closeOpenMarks(part.text) : part.text} />;
  }
}

function Ending({ message: { status, reason }, onRetry }: { message: MessageView; onRetry: () => void }) {
  if (status === 'cancelled')
    return <p className="text-sm text-ink-faint">Stopped before the answer was complete.</p>;
  if (status === 'partial')
    return <p className="text-sm text-ink-faint">This answer ended before it was complete.</p>;
  if (status !== 'failed' || reason === undefined) return null;
  const retry = (
    <Button size="small" onClick={onRetry}>
      <RotateCcw size={14} aria-hidden="true" />
      Try again
    </Button>
  );
  return (
    <ErrorNotice
      error={{ ...reason, detail: reason.detail }}
      actions={reason.retryable ? retry : undefined}
    />
  );
}

/** Parts are only ever appended, except that a reset drops text: then the place among its kind still fits. */
function keyOf(part: MessagePart, index: number): string {
  return part.type === 'tool' ? part.tool_call_id : `${part.type}-${index}`;
}

function timeInWords(time: string): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  return isToday
    ? date.toLocaleTimeString(undefined, clock)
    : date.toLocaleString(undefined, { ...clock, day: 'numeric', month: 'short' });
}
