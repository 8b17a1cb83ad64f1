import type { NetraClient, Thread } from '@netra/client';
import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';

interface RouteThread {
  readonly thread: Thread;
  /** Another one for another conversation; the same when a draft gets its id. */
  readonly key: string;
  readonly startNew: () => void;
}

/** The conversation that the address names; `/` is a draft, which gets its own address with its first message. */
export function useRouteThread(client: NetraClient, threadId: string | undefined): RouteThread {
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(() => client.threads.draft());
  const thread =
    threadId === undefined || threadId === draft.threadId ? draft : client.threads.open(threadId);

  useEffect(() => {
    if (threadId !== undefined) return;
    const follow = () => {
      if (draft.threadId !== undefined) navigate(`/chat/${draft.threadId}`, { replace: true });
    };
    follow();
    return draft.subscribe(follow);
  }, [draft, threadId, navigate]);

  const startNew = useCallback(() => {
    setDraft((old) => (old.getState().messages.length === 0 ? old : client.threads.draft()));
    navigate('/');
  }, [client, navigate]);

  return { thread, key: keyOf(thread), startNew };
}

const keys = new WeakMap<Thread, string>();
let keyCount = 0;

function keyOf(thread: Thread): string {
  const known = keys.get(thread);
  if (known !== undefined) return known;
  keyCount += 1;
  const key = `thread-${keyCount}`;
  keys.set(thread, key);
  return key;
}
