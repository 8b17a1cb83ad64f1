import type { NetraClient, Thread, ThreadState } from '@netra/client';
import { useConnection, useThread } from '@netra/client/react';
import { type ReactNode, useCallback, useState } from 'react';
import { threadTitle } from '../threads/thread-title.ts';
import { usePageTitle } from '../ui/use-page-title.ts';
import { Waiting } from '../ui/Waiting.tsx';
import { Announcer } from './Announcer.tsx';
import { Composer } from './Composer.tsx';
import { ClientContext } from './client-context.ts';
import { EmptyChat } from './EmptyChat.tsx';
import { MessageList } from './MessageList.tsx';
import { MissingChat } from './MissingChat.tsx';
import { ScrollPane } from './ScrollPane.tsx';
import { sendQuietly } from './send-quietly.ts';
import { useStop } from './use-stop.ts';

type ChatPageProps = {
  client: NetraClient;
  thread: Thread;
  userName: string;
  banner: ReactNode;
  leading: ReactNode;
  trailing: ReactNode;
  onNewChat: () => void;
};

export function ChatPage({ client, thread, userName, banner, leading, trailing, onNewChat }: ChatPageProps) {
  const state = useThread(thread);
  const isConnected = useConnection(client).status === 'open';
  const stop = useStop(thread, state.activeRun?.runId);
  const [sentCount, setSentCount] = useState(0);
  const title = titleOf(state);
  usePageTitle(state.thread === undefined ? 'Netra' : title);

  const send = useCallback(
    (text: string) => {
      setSentCount((count) => count + 1);
      sendQuietly(thread, text);
    },
    [thread],
  );
  const isEmpty = state.messages.length === 0 && !state.loading && state.error === undefined;

  return (
    <>
      <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-2 md:px-6">
        {leading}
        <h1 className="min-w-0 flex-1 truncate text-base font-semibold text-ink">{title}</h1>
        {trailing}
      </header>
      {banner}
      <main id="main" tabIndex={-1} className="flex outline-none min-h-0 flex-1 flex-col">
        <ScrollPane jumpCount={sentCount}>
          {state.error !== undefined && <MissingChat error={state.error} onNewChat={onNewChat} />}
          {state.loading && state.error === undefined && (
            <div className="py-8">
              <Waiting>
                {isConnected ? 'Loading this chat' : 'Waiting for the connection to load this chat'}
              </Waiting>
            </div>
          )}
          {isEmpty && <EmptyChat userName={userName} onAsk={send} />}
          {!isEmpty && state.error === undefined && (
            <ClientContext value={client}>
              <MessageList
                thread={thread}
                state={state}
                isConnected={isConnected}
                isStopping={stop.isStopping}
                onSend={send}
              />
            </ClientContext>
          )}
        </ScrollPane>
        {state.error === undefined && (
          <Composer
            threadId={state.threadId}
            onSend={send}
            onStop={stop.stop}
            isStopping={stop.isStopping}
            isRunning={state.activeRun !== undefined}
            problem={stop.error}
          />
        )}
      </main>
      <Announcer messages={state.messages} isLoading={state.loading} />
    </>
  );
}

function titleOf({ error, loading, thread }: ThreadState): string {
  if (error !== undefined) return 'Chat not available';
  return loading && thread === undefined ? 'Loading' : threadTitle(thread);
}
