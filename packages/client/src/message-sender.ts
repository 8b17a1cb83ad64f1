import type { MessageAck } from '@netra/protocol';
import { newId } from '@netra/protocol';
import type { DraftQueue } from './draft-queue.ts';
import type { ThreadHost } from './live-thread.ts';
import { NetraError } from './netra-error.ts';
import type { Ack, Request } from './outbox.ts';
import { createRunHandle, type Run, type RunHandle } from './run.ts';
import type { WritableStore } from './store.ts';
import type { SendOptions } from './thread.ts';
import type { ThreadRuns } from './thread-runs.ts';
import {
  acceptOwnMessage,
  addOwnMessage,
  failOwnMessage,
  removeMessage,
  type ThreadState,
} from './thread-state.ts';

export interface MessageSenderOptions {
  readonly host: ThreadHost;
  readonly store: WritableStore<ThreadState>;
  readonly runs: ThreadRuns;
  readonly queue: DraftQueue;
  /** Agent of a draft. */
  readonly agent: string | undefined;
  /** Keeps the thread live until the returned function is called. */
  readonly retain: () => () => void;
  /** Our message is stored: before any event of its run, and before the run is told. */
  readonly onAccepted: (ack: MessageAck, sends: number) => void;
}

export interface MessageSender {
  send: (text: string, options?: SendOptions) => Run;
  cancelRun: (runId: string) => Promise<void>;
}

/** Takes messages from the composer to the server: shown at once, kept until answered, taken back on demand. */
export function createMessageSender(options: MessageSenderOptions): MessageSender {
  const { host, store, runs, queue } = options;
  const update = (change: (state: ThreadState) => ThreadState) => store.setState(change(store.getState()));
  /** Messages of ours that were handed to the outbox. */
  const posted = new Set<string>();

  function send(text: string, sendOptions: SendOptions = {}): Run {
    const id = newId('ref');
    const createdAt = new Date(host.clock.now()).toISOString();
    update((state) => addOwnMessage(state, { id, text, createdAt, sentWith: sendOptions }));
    const release = options.retain();
    const handle: RunHandle = createRunHandle({
      id,
      cancel: () => cancel(handle),
      onSettled() {
        posted.delete(id);
        runs.remove(handle);
        release();
      },
    });
    runs.add(handle);
    queue.run(() => {
      // Cancelled or failed while it waited for the draft's first message.
      if (handle.isSettled) queue.next();
      else post(handle, requestOf(id, text, sendOptions));
    });
    return handle.run;
  }

  function requestOf(id: string, text: string, { agent: givenAgent, overlap }: SendOptions): Request {
    const { threadId } = store.getState();
    const agent = givenAgent ?? (threadId === undefined ? options.agent : undefined);
    return {
      type: 'user_message',
      id,
      text,
      ...(threadId === undefined ? {} : { thread_id: threadId }),
      ...(agent === undefined ? {} : { agent }),
      ...(overlap === undefined ? {} : { overlap }),
    };
  }

  function post(handle: RunHandle, request: Request): void {
    posted.add(request.id);
    const onError = (error: NetraError) => reject(handle, error);
    try {
      host.post(request, { onAck: (ack, sends) => accept(handle, ack, sends), onError });
    } catch (error) {
      onError(error instanceof NetraError ? error : new NetraError('connection_lost', { cause: error }));
    }
  }

  function accept(handle: RunHandle, frame: Ack, sends: number): void {
    const ack = messageAckOf(frame);
    if (ack === undefined) {
      reject(handle, new NetraError('response_unreadable', { detail: 'The ack names no message.' }));
      return;
    }
    update((state) => acceptOwnMessage(state, handle.run.id, ack));
    options.onAccepted(ack, sends);
    runs.accept(handle, ack);
  }

  function reject(handle: RunHandle, error: NetraError): void {
    // Its event proved that it is stored, whatever became of the answer.
    if (handle.runId !== undefined) return;
    update((state) => failOwnMessage(state, handle.run.id, error));
    handle.fail(error);
    queue.next();
  }

  async function cancel(handle: RunHandle): Promise<void> {
    const { id } = handle.run;
    const isPosted = posted.has(id);
    if (host.withdraw(id) || (!isPosted && handle.runId === undefined)) {
      update((state) => removeMessage(state, id));
      handle.fail(new NetraError('run_cancelled'));
      if (isPosted) queue.next();
      return;
    }
    const ack = await handle.run.accepted.catch(() => undefined);
    if (ack !== undefined && !handle.isSettled) await cancelRun(ack.run_id);
  }

  function cancelRun(runId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      host.ensureConnection();
      host.post(
        { type: 'cancel_run', id: newId('ref'), run_id: runId },
        { onAck: () => resolve(), onError: reject },
      );
    });
  }

  return { send, cancelRun };
}

function messageAckOf({ thread_id, message_id, run_id, epoch, seq }: Ack): MessageAck | undefined {
  if (thread_id === undefined || message_id === undefined || run_id === undefined) return undefined;
  if (epoch === undefined || seq === undefined) return undefined;
  return { thread_id, message_id, run_id, epoch, seq };
}
