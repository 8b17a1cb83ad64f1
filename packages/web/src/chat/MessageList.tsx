import type { MessageView, Thread, ThreadState } from '@netra/client';
import { Button } from '../ui/Button.tsx';
import { Waiting } from '../ui/Waiting.tsx';
import { AgentMessage } from './AgentMessage.tsx';
import { UserMessage } from './UserMessage.tsx';
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
  return (
    <div className="flex flex-col gap-6 py-6">
      {state.hasOlder && <Older thread={thread} isLoading={state.loadingOlder} />}
      {state.messages.map((message, index) =>
        message.role === 'user' ? (
          <UserMessage key={message.key} message={message} isConnected={isConnected} thread={thread} />
        ) : (
          <AgentMessage
            key={message.key}
            message={message}
            isRunOpen={state.openRuns.some(({ runId }) => runId === message.runId)}
            question={message.status === 'failed' ? questionBefore(state.messages, index) : ''}
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

function Older({ thread, isLoading }: { thread: Thread; isLoading: boolean }) {
  if (isLoading) return <Waiting>Loading earlier messages</Waiting>;
  return (
    <Button look="quiet" size="small" className="self-center" onClick={() => void thread.loadOlder()}>
      Show earlier messages
    </Button>
  );
}

/** What the answer at `index` was asked. */
function questionBefore(messages: readonly MessageView[], index: number): string {
  return messages.slice(0, index).findLast(({ role }) => role === 'user')?.text ?? '';
}
