import type { MessageView, Thread, ThreadState } from '@netra/client';
import { useMemo, useRef } from 'react';
import { Waiting } from '../ui/Waiting.tsx';
import { AgentMessage } from './AgentMessage.tsx';
import { OlderMessages } from './OlderMessages.tsx';
import { inReadingOrder } from './reading-order.ts';
import { UserMessage } from './UserMessage.tsx';
import { useKeepPlace } from './use-keep-place.ts';
import { waitingFor } from './waiting-for.ts';

type MessageListProps = {
  thread: Thread;
  state: ThreadState;
  isConnected: boolean;
  isStopping: boolean;
  onSend: (text: string) => void;
};

export function MessageList({ thread, state, isConnected, isStopping, onSend }: MessageListProps) {
  const waiting = waitingFor(state, { isConnected, isStopping });
  const messages = useMemo(() => inReadingOrder(state.messages), [state.messages]);
  const list = useRef<HTMLDivElement>(null);
  useKeepPlace(list, messages[0]?.key);
  return (
    <div ref={list} className="flex flex-col gap-6 py-6">
      {state.hasOlder && <OlderMessages thread={thread} isLoading={state.loadingOlder} />}
      {messages.map((message, index) =>
        message.role === 'user' ? (
          <UserMessage key={message.key} message={message} isConnected={isConnected} thread={thread} />
        ) : (
          <AgentMessage
            key={message.key}
            message={message}
            isRunOpen={state.openRuns.some(({ runId }) => runId === message.runId)}
            question={message.status === 'failed' ? questionBefore(messages, index) : ''}
            onSend={onSend}
          />
        ),
      )}
      {waiting !== undefined && (
        <div data-testid="run-status" className="sm:pl-9.5">
          <Waiting>{waiting}</Waiting>
        </div>
      )}
    </div>
  );
}

/** What the answer at `index` was asked. */
function questionBefore(messages: readonly MessageView[], index: number): string {
  return messages.slice(0, index).findLast(({ role }) => role === 'user')?.text ?? '';
}
