import type { Message, MessageAck, Page, Run as RunInfo, Snapshot, ThreadEvent } from '@netra/protocol';
import { NetraError } from './netra-error.ts';
import type { Rest } from './rest.ts';
import type { RunHandle } from './run.ts';
import type { Position } from './thread-sync.ts';

/** Our runs of one thread that are not settled, and what becomes of them. */
export interface ThreadRuns {
  add(handle: RunHandle): void;
  remove(handle: RunHandle): void;
  accept(handle: RunHandle, ack: MessageAck): void;
  receive(event: ThreadEvent): void;
  /** Events up to the snapshot were skipped: runs that ended meanwhile are settled by asking for them. */
  receiveSnapshot(snapshot: Snapshot): void;
  failAll: (error: NetraError) => void;
}

/** `getPosition`: how far the thread was read. */
export function createThreadRuns(rest: Rest, getPosition: () => Position | undefined): ThreadRuns {
  const handles = new Map<RunHandle, MessageAck | undefined>();

  function accept(handle: RunHandle, ack: MessageAck): void {
    if (handles.has(handle)) handles.set(handle, ack);
    handle.accept(ack);
  }

  function settleLater(handle: RunHandle, ack: MessageAck): void {
    handle.lose();
    settleFromServer(rest, handle, ack).catch((error: unknown) => {
      handle.fail(error instanceof NetraError ? error : new NetraError('connection_lost', { cause: error }));
    });
  }

  return {
    add: (handle) => void handles.set(handle, undefined),
    remove: (handle) => void handles.delete(handle),
    accept(handle, ack) {
      const isNews = handle.runId === undefined;
      accept(handle, ack);
      // Stored over an earlier connection whose ack was lost, and a snapshot has passed over its events since.
      const position = getPosition();
      const isPassed = position !== undefined && (position.epoch !== ack.epoch || position.seq >= ack.seq);
      if (isNews && isPassed) settleLater(handle, ack);
    },
    receive(event) {
      for (const handle of [...handles.keys()]) {
        // After a reconnect our message can come back as an event before its ack is repeated.
        if (isOwn(event, handle) && handle.runId === undefined) accept(handle, ackOfEvent(event));
        if (handle.runId === event.run_id) handle.receive(event);
      }
    },
    receiveSnapshot(snapshot) {
      for (const [handle, ack] of [...handles]) {
        if (ack !== undefined && snapshot.last_seq > ack.seq) settleLater(handle, ack);
      }
    },
    failAll(error) {
      for (const handle of [...handles.keys()]) handle.fail(error);
    },
  };
}

async function settleFromServer(
  rest: Rest,
  handle: RunHandle,
  { run_id, thread_id }: MessageAck,
): Promise<void> {
  const run = await rest<RunInfo>({ path: `/v1/runs/${encodeURIComponent(run_id)}` });
  switch (run.status) {
    case 'queued':
    case 'running':
    case 'waiting_approval':
      return;
    case 'failed':
      return handle.fail(new NetraError(run.code ?? 'internal_error'));
    case 'cancelled':
      return handle.fail(new NetraError('run_cancelled'));
    case 'completed': {
      const page = await rest<Page<Message>>({
        path: `/v1/threads/${encodeURIComponent(thread_id)}/messages`,
      });
      const message = page.items.find((item) => item.role === 'agent' && item.run_id === run_id);
      if (message === undefined) return handle.fail(new NetraError('events_lost'));
      const usage = run.usage === undefined ? {} : { usage: run.usage };
      return handle.complete({ runId: run_id, messageId: message.message_id, text: message.text, ...usage });
    }
  }
}

type UserMessageEvent = Extract<ThreadEvent, { type: 'user_message' }>;

function isOwn(event: ThreadEvent, handle: RunHandle): event is UserMessageEvent {
  return event.type === 'user_message' && event.data.ref === handle.run.id;
}

function ackOfEvent({ thread_id, run_id, epoch, seq, data }: UserMessageEvent): MessageAck {
  return { thread_id, message_id: data.message_id, run_id, epoch, seq };
}
