import type { MessageView } from '@netra/client';
import { useEffect, useRef, useState } from 'react';

const maxSpokenChars = 600;

/** Tells a screen reader what changed in the chat: steps while the agent works, the whole answer at its end. */
export function Announcer({ messages, isLoading }: { messages: readonly MessageView[]; isLoading: boolean }) {
  const next = isLoading ? undefined : announcementFor(messages.at(-1));
  const known = useRef(next);
  const [spoken, setSpoken] = useState('');
  useEffect(() => {
    // What was already there when the chat opened is not news.
    if (isLoading || next === known.current) return;
    known.current = next;
    setSpoken(next ?? '');
  }, [next, isLoading]);
  useEffect(() => {
    if (isLoading) known.current = undefined;
  }, [isLoading]);
  return (
    <div
      role="log"
      aria-label="News of this chat"
      aria-live="polite"
      className="sr-only"
      data-testid="announcer"
    >
      {spoken}
    </div>
  );
}

function announcementFor(message: MessageView | undefined): string | undefined {
  if (message === undefined) return undefined;
  if (message.role === 'user') {
    if (message.status === 'failed') return `Not sent: ${message.reason?.title ?? 'unknown reason'}`;
    return message.status === 'sending' ? 'Sending your message' : 'Your message was received';
  }
  switch (message.status) {
    case 'sending':
    case 'streaming':
      return stepOf(message);
    case 'complete':
      return `${message.agent ?? 'Agent'} says: ${shortened(message.text)}`;
    case 'partial':
    case 'cancelled':
      return 'The answer was stopped';
    case 'failed':
      return `The answer failed: ${message.reason?.title ?? 'unknown reason'}`;
  }
}

function stepOf({ parts }: MessageView): string {
  const last = parts.at(-1);
  if (last === undefined) return 'The agent has started';
  if (last.type === 'text') return 'The agent is writing';
  return last.type === 'thinking' ? 'The agent is thinking' : `The agent uses the tool ${last.tool_name}`;
}

function shortened(text: string): string {
  return text.length <= maxSpokenChars ? text : `${text.slice(0, maxSpokenChars)} … the rest is in the chat`;
}
