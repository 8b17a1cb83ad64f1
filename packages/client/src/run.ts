import type { MessageAck, ThreadEvent, Usage } from '@netra/protocol';
import { createEventBuffer } from './event-buffer.ts';
import { NetraError } from './netra-error.ts';

/** Events of one run that may wait for their reader. */
const MAX_BUFFERED_EVENTS = 2_000;

/** What a run came to. */
export interface RunResult {
  readonly runId: string;
  readonly messageId: string;
  readonly text: string;
  readonly usage?: Usage;
  readonly durationMs?: number;
}

/**
 * One message on its way, and the agent's work on it.
 * Iterating gives the events of this run, once each and in order, until the one that ends it; one reader per run.
 */
export interface Run extends AsyncIterable<ThreadEvent> {
  /** The client's id of the message; sending it again is harmless. */
  readonly id: string;
  /** Set once the message is accepted. */
  readonly runId: string | undefined;
  /** Settles when the server has durably stored the message. Rejects with a `NetraError`. */
  readonly accepted: Promise<MessageAck>;
  /** The answer. Rejects with a `NetraError`: the code of `agent_failed`, or `run_cancelled`. */
  result(): Promise<RunResult>;
  /** Takes an unsent message back, or asks the server to stop the run. Resolves when that is done or settled already. */
  cancel(): Promise<void>;
}

/** The thread's end of a run. */
export interface RunHandle {
  readonly run: Run;
  readonly runId: string | undefined;
  /** Nothing more will come of it. */
  readonly isSettled: boolean;
  accept(ack: MessageAck): void;
  /** An event of this run; the terminal one settles it. */
  receive(event: ThreadEvent): void;
  /** Events were missed: reading ends with `events_lost`, the result may still come. */
  lose(): void;
  complete(result: RunResult): void;
  fail(error: NetraError): void;
}

export function createRunHandle(options: {
  readonly id: string;
  readonly cancel: () => Promise<void>;
  readonly onSettled: () => void;
}): RunHandle {
  const accepted = withResolvers<MessageAck>();
  const result = withResolvers<RunResult>();
  const events = createEventBuffer<ThreadEvent>(MAX_BUFFERED_EVENTS, () => new NetraError('events_lost'));
  let runId: string | undefined;
  let isSettled = false;

  function settle(act: () => void): void {
    if (isSettled) return;
    isSettled = true;
    act();
    options.onSettled();
  }

  function complete(value: RunResult): void {
    settle(() => {
      events.end();
      result.resolve(value);
    });
  }

  /** After `agent_failed` reading ends normally: the event was the news. Before, the error is. */
  function fail(error: NetraError, isToldByEvent = false): void {
    settle(() => {
      accepted.reject(error);
      if (isToldByEvent) events.end();
      else events.fail(error);
      result.reject(error);
    });
  }

  return {
    run: {
      id: options.id,
      get runId() {
        return runId;
      },
      accepted: accepted.promise,
      result: () => result.promise,
      cancel: options.cancel,
      [Symbol.asyncIterator]: () => events[Symbol.asyncIterator](),
    },
    get runId() {
      return runId;
    },
    get isSettled() {
      return isSettled;
    },
    accept(ack) {
      runId = ack.run_id;
      accepted.resolve(ack);
    },
    receive(event) {
      events.push(event);
      if (event.type === 'agent_completed') complete(resultOf(event));
      else if (event.type === 'agent_failed') fail(errorOfFailedRun(event), true);
      else if (event.type === 'agent_cancelled') fail(new NetraError('run_cancelled'), true);
    },
    lose: () => events.fail(new NetraError('events_lost')),
    complete,
    fail,
  };
}

function resultOf(event: Extract<ThreadEvent, { type: 'agent_completed' }>): RunResult {
  const { message_id, text, usage, duration_ms } = event.data;
  return {
    runId: event.run_id,
    messageId: message_id,
    text,
    durationMs: duration_ms,
    ...(usage === undefined ? {} : { usage }),
  };
}

function errorOfFailedRun(event: Extract<ThreadEvent, { type: 'agent_failed' }>): NetraError {
  const { code, detail, fix, retryable } = event.data;
  return new NetraError(code, { detail, fix, advice: retryable ? 'backoff' : 'never' });
}

/** `Promise.withResolvers` is missing on Node 20. Nobody has to look at the promise: a rejection is no crash. */
function withResolvers<Value>() {
  // The executor below runs at once and sets both.
  let resolve!: (value: Value) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
