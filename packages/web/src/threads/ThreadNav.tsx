import type { NetraClient, Threads } from '@netra/client';
import type { useThreadList } from '@netra/client/react';
import type { Thread } from '@netra/protocol';
import { MessagesSquare } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { Waiting } from '../ui/Waiting.tsx';
import { groupThreads } from './group-threads.ts';
import { ThreadItem } from './ThreadItem.tsx';
import { threadTitle } from './thread-title.ts';

export type ThreadListView = ReturnType<typeof useThreadList>;

type ThreadNavProps = {
  client: NetraClient;
  list: ThreadListView;
  currentId: string | undefined;
  onOpen: () => void;
};

export function ThreadNav({ client, list, currentId, onOpen }: ThreadNavProps) {
  const [doomed, setDoomed] = useState<Thread>();
  const removal = useSubmit(async (thread: Thread) => client.threads.delete(thread.thread_id));
  return (
    <nav aria-label="Chats" className="min-h-0 flex-1 overflow-y-auto px-3 pb-3">
      {removal.isBusy && <Waiting>Deleting the chat</Waiting>}
      {removal.error !== undefined && <ErrorNotice error={removal.error} />}
      <Groups
        list={list}
        threads={client.threads}
        currentId={currentId}
        onOpen={onOpen}
        onDelete={setDoomed}
      />
      {doomed !== undefined && (
        <ConfirmDialog
          title={`Delete “${threadTitle(doomed)}”?`}
          description="The chat and everything in it is removed for good, on all your devices."
          confirmLabel="Delete"
          onConfirm={() => removal.submit(doomed)}
          onClose={() => setDoomed(undefined)}
        />
      )}
    </nav>
  );
}

type GroupsProps = {
  list: ThreadListView;
  threads: Threads;
  currentId: string | undefined;
  onOpen: () => void;
  onDelete: (thread: Thread) => void;
};

function Groups({ list, threads, currentId, onOpen, onDelete }: GroupsProps) {
  if (list.loading)
    return (
      <div className="px-3 py-4">
        <Waiting>Loading your chats</Waiting>
      </div>
    );
  if (list.error !== undefined && list.threads.length === 0) {
    const again = (
      <Button size="small" onClick={() => void list.reload()}>
        Try again
      </Button>
    );
    return <ErrorNotice error={list.error} actions={again} />;
  }
  if (list.threads.length === 0) return <NoThreads />;
  return (
    <>
      {groupThreads(list.threads, Date.now()).map((group) => (
        <section key={group.label} aria-label={group.label} className="mt-4 first:mt-1">
          <h2 className="px-3 pb-1 text-xs font-medium text-ink-faint">{group.label}</h2>
          <ul className="grid grid-cols-1 gap-0.5">
            {group.threads.map((thread) => (
              <ThreadItem
                key={thread.thread_id}
                thread={thread}
                threads={threads}
                isCurrent={thread.thread_id === currentId}
                onOpen={onOpen}
                onDelete={onDelete}
              />
            ))}
          </ul>
        </section>
      ))}
      {list.hasMore && (
        <Button look="quiet" size="small" className="mt-3 w-full" onClick={() => void list.loadMore()}>
          Show older chats
        </Button>
      )}
    </>
  );
}

function NoThreads() {
  return (
    <div className="grid justify-items-center gap-2 px-4 py-10 text-center text-sm text-ink-faint">
      <MessagesSquare size={22} aria-hidden="true" />
      <p>No chats yet. What you ask is kept here, on all your devices.</p>
    </div>
  );
}
