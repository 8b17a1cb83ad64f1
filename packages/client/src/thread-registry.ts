import type { ServerFrame, ThreadEvent, Thread as ThreadInfo } from '@netra/protocol';
import { createLiveThread, type LiveThread, type ThreadHost } from './live-thread.ts';
import type { NetraError } from './netra-error.ts';
import type { Thread } from './thread.ts';
import type { Subscribed } from './thread-sync.ts';

/** Threads whose state is kept although nobody looks at them. */
const MAX_IDLE_THREADS = 50;
/** New threads that are remembered until the ack of the draft that made them. */
const MAX_NEW_THREADS = 20;

type ListFrame = Extract<ServerFrame, { type: 'thread_created' | 'thread_updated' | 'thread_deleted' }>;

/** Which live thread a frame is for. */
export interface ThreadRegistry {
  open: (threadId: string) => Thread;
  draft(agent: string | undefined): Thread;
  receiveEvent(event: ThreadEvent): void;
  receiveSubscribed(frame: Subscribed): void;
  receiveListFrame(frame: ListFrame): void;
  refuse(ref: string, error: NetraError): void;
  resumeAll(): void;
  failAll(error: NetraError): void;
  forgetAll(): void;
  dispose(): void;
}

export function createThreadRegistry(
  host: Omit<ThreadHost, 'register' | 'holdDraft' | 'releaseDraft'>,
): ThreadRegistry {
  const live = new Map<string, LiveThread>();
  // Only those that somebody holds: a draft that was never used leaves nothing behind.
  const drafts = new Set<LiveThread>();
  const newThreads = new Map<string, ThreadInfo>();
  const all = () => [...live.values(), ...drafts];
  const threadHost: ThreadHost = {
    ...host,
    holdDraft: (draft) => void drafts.add(draft),
    releaseDraft: (draft) => void drafts.delete(draft),
    register(threadId, thread) {
      drafts.delete(thread);
      keep(threadId, thread);
      return newThreads.get(threadId);
    },
  };

  function keep(threadId: string, thread: LiveThread): void {
    live.set(threadId, thread);
    const idle = [...live].filter(([, { isHeld }]) => !isHeld);
    for (const [id, old] of idle.slice(0, Math.max(0, idle.length - MAX_IDLE_THREADS))) {
      old.dispose();
      live.delete(id);
    }
  }

  function rememberNew(thread: ThreadInfo): void {
    newThreads.set(thread.thread_id, thread);
    const oldest = newThreads.keys().next();
    if (newThreads.size > MAX_NEW_THREADS && oldest.done !== true) newThreads.delete(oldest.value);
  }

  return {
    open(threadId) {
      const known = live.get(threadId);
      if (known !== undefined) return known.thread;
      const created = createLiveThread({ host: threadHost, threadId });
      keep(threadId, created);
      return created.thread;
    },
    draft(agent) {
      return createLiveThread({ host: threadHost, threadId: undefined, agent }).thread;
    },
    receiveEvent: (event) => live.get(event.thread_id)?.receiveEvent(event),
    receiveSubscribed: (frame) => live.get(frame.thread_id)?.receiveSubscribed(frame),
    receiveListFrame({ type, thread }) {
      if (type === 'thread_created') rememberNew(thread);
      const known = live.get(thread.thread_id);
      if (type === 'thread_deleted') known?.markDeleted();
      else known?.updateInfo(thread);
    },
    refuse(ref, error) {
      for (const thread of live.values()) if (thread.refuse(ref, error)) return;
    },
    resumeAll() {
      for (const thread of live.values()) thread.resume();
    },
    failAll(error) {
      for (const thread of all()) thread.failRuns(error);
    },
    forgetAll() {
      newThreads.clear();
      for (const thread of all()) thread.forget();
    },
    dispose() {
      for (const thread of all()) thread.dispose();
    },
  };
}
