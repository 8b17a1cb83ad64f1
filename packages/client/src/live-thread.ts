import type { ClientFrame, MessageAck, ThreadEvent, Thread as ThreadInfo } from '@netra/protocol';
import { applyEvent } from './apply-event.ts';
import { applySnapshot } from './apply-snapshot.ts';
import type { Clock } from './clock.ts';
import { createDraftQueue } from './draft-queue.ts';
import { createHolders } from './holders.ts';
import { createMessageSender, type MessageSender } from './message-sender.ts';
import { NetraError } from './netra-error.ts';
import { createOlderMessages, type OlderMessages } from './older-messages.ts';
import type { Answer, Request } from './outbox.ts';
import type { Rest } from './rest.ts';
import { createStore, type WritableStore } from './store.ts';
import type { Thread } from './thread.ts';
import { createThreadRuns } from './thread-runs.ts';
import { initialThreadState, removeMessage, type ThreadState } from './thread-state.ts';
import { createThreadSync, type Subscribed, type ThreadSync } from './thread-sync.ts';

/** A thread that nobody looks at any more stays subscribed this long: a screen that redraws comes back at once. */
const LINGER_MS = 1_000;

/** What a thread needs of the client it belongs to. */
export interface ThreadHost {
  readonly rest: Rest;
  readonly clock: Clock;
  readonly random: () => number;
  /** Makes sure that a connection is at least being tried. */
  ensureConnection: () => void;
  /** Sends now, or returns false. */
  send: (frame: ClientFrame) => boolean;
  /** Throws a `NetraError` when the request cannot be kept. */
  post: (request: Request, answer: Answer) => void;
  withdraw: (id: string) => boolean;
  /** A draft has become a thread: its frames should come here. Gives what is known of the thread. */
  register: (threadId: string, live: LiveThread) => ThreadInfo | undefined;
  /** A draft that is in use is told of refusals and of the end, as threads are. */
  holdDraft: (live: LiveThread) => void;
  releaseDraft: (live: LiveThread) => void;
}

/** The client's end of a thread. */
export interface LiveThread {
  readonly thread: Thread;
  readonly isHeld: boolean;
  resume: () => void;
  receiveEvent: (event: ThreadEvent) => void;
  receiveSubscribed: (frame: Subscribed) => void;
  /** True when `ref` is that of this thread's subscription. */
  refuse: (ref: string, error: NetraError) => boolean;
  updateInfo: (info: ThreadInfo) => void;
  markDeleted: () => void;
  /** Ends what is under way; the state stays. */
  failRuns: (error: NetraError) => void;
  /** Another user's eyes must not see it. */
  forget: () => void;
  dispose: () => void;
}

export interface LiveThreadOptions {
  readonly host: ThreadHost;
  /** Undefined for a draft. */
  readonly threadId: string | undefined;
  readonly agent?: string | undefined;
}

export function createLiveThread({ host, threadId: givenId, agent }: LiveThreadOptions): LiveThread {
  const store = createStore(initialThreadState(givenId));
  const runs = createThreadRuns(host.rest, () => sync?.position);
  const older = createOlderMessages(host.rest, store);
  const queue = createDraftQueue({ isOpen: givenId !== undefined });
  const follow = (threadId: string) => createFollower(threadId, { host, store, runs, older });
  let sync = givenId === undefined ? undefined : follow(givenId);

  const holders = createHolders({
    clock: host.clock,
    lingerMs: LINGER_MS,
    onHeld() {
      host.ensureConnection();
      if (sync === undefined) host.holdDraft(live);
      else sync.start();
    },
    onIdle: () => (sync === undefined ? host.releaseDraft(live) : sync.stop()),
  });

  function becomeThread(ack: MessageAck, sends: number): void {
    if (sync !== undefined) return;
    sync = follow(ack.thread_id);
    const info = host.register(ack.thread_id, live);
    store.setState({
      ...store.getState(),
      threadId: ack.thread_id,
      ...(info === undefined ? {} : { thread: info }),
    });
    sync.adopt({ epoch: ack.epoch, seq: ack.seq - 1 });
    // The ack may repeat one of an earlier connection: this one is not subscribed.
    if (sends > 1) sync.resume();
    queue.open();
  }

  const { retain } = holders;
  const sender = createMessageSender({ host, store, runs, queue, agent, retain, onAccepted: becomeThread });
  const live: LiveThread = {
    thread: createThread({ store, sender, older, retain }),
    get isHeld() {
      return holders.isHeld;
    },
    resume: () => sync?.resume(),
    receiveEvent: (event) => sync?.receiveEvent(event),
    receiveSubscribed: (frame) => sync?.receiveSubscribed(frame),
    refuse: (ref, error) => sync?.refuse(ref, error) ?? false,
    updateInfo: (info) => store.setState({ ...store.getState(), thread: info }),
    markDeleted: () => store.setState({ ...store.getState(), error: new NetraError('thread_unknown') }),
    failRuns: runs.failAll,
    forget() {
      const { threadId } = store.getState();
      older.restart(undefined);
      store.setState(initialThreadState(threadId));
      if (threadId === undefined) return;
      sync?.dispose();
      sync = follow(threadId);
      if (holders.isHeld) sync.start();
    },
    dispose() {
      holders.dispose();
      sync?.dispose();
    },
  };
  return live;
}

interface Followed {
  readonly host: ThreadHost;
  readonly store: WritableStore<ThreadState>;
  readonly runs: ReturnType<typeof createThreadRuns>;
  readonly older: OlderMessages;
}

/** Brings what the server says of the thread into the state, then to the runs. */
function createFollower(threadId: string, { host, store, runs, older }: Followed): ThreadSync {
  return createThreadSync({
    threadId,
    clock: host.clock,
    random: host.random,
    send: host.send,
    onEvent(event) {
      store.setState(applyEvent(store.getState(), event));
      runs.receive(event);
    },
    onSnapshot(snapshot) {
      older.restart(snapshot.older_cursor);
      store.setState(applySnapshot(store.getState(), snapshot));
      runs.receiveSnapshot(snapshot);
    },
    onLive() {
      const { error, ...rest } = store.getState();
      if (error !== undefined) store.setState({ ...rest, loading: false });
    },
    onRefused: (error) => store.setState({ ...store.getState(), loading: false, error }),
  });
}

interface ThreadParts {
  readonly store: WritableStore<ThreadState>;
  readonly sender: MessageSender;
  readonly older: OlderMessages;
  readonly retain: () => () => void;
}

function createThread({ store, sender, older, retain }: ThreadParts): Thread {
  return {
    get threadId() {
      return store.getState().threadId;
    },
    getState: store.getState,
    subscribe(listener) {
      const unsubscribe = store.subscribe(listener);
      const release = retain();
      return () => {
        unsubscribe();
        release();
      };
    },
    send: sender.send,
    retry(key) {
      const view = store.getState().messages.find((message) => message.key === key);
      if (view === undefined || view.role !== 'user' || view.status !== 'failed') return undefined;
      store.setState(removeMessage(store.getState(), key));
      return sender.send(view.text, view.sentWith);
    },
    async cancel() {
      const { activeRun } = store.getState();
      if (activeRun !== undefined) await sender.cancelRun(activeRun.runId);
    },
    loadOlder: older.load,
  };
}
