import { LIMITS } from '@netra/protocol';
import type { Clock } from './clock.ts';
import { asFailure } from './connection-failure.ts';
import { readEventStream, type StreamEvent } from './event-stream.ts';
import type { HttpOptions } from './http.ts';
import { isReasonCode, type NetraError } from './netra-error.ts';
import { withBearer } from './rest.ts';

const WATCH_INTERVAL_MS = 5_000;

export interface ThreadStreamsOptions {
  readonly http: HttpOptions;
  readonly clock: Clock;
  token: () => string;
  /** The text of a server frame. */
  emit: (text: string) => void;
  /** A stream was refused; `ref` is that of the `subscribe` it answers. */
  onRefused: (ref: string | undefined, error: NetraError) => void;
  /** A stream ended with a code, or was lost (undefined): the whole connection is. */
  onEnded: (code: string | undefined) => void;
}

export interface ThreadStreams {
  follow: (threadId: string, from: { place?: string; ref?: string }) => void;
  isFollowing: (threadId: string) => boolean;
  unfollow: (threadId: string) => void;
  /** Opens every stream again with the token of now, each from its place. */
  reopen: () => void;
  end: () => void;
}

interface ThreadStream {
  readonly abort: AbortController;
  readonly threadId: string;
  /** `epoch:seq` of the last event. */
  place: string | undefined;
  /** Of a `subscribe` that waits for its answer. */
  ref: string | undefined;
  heardAtMs: number;
}

/** One server-sent event stream for each followed thread: what `subscribe` is over a WebSocket. */
export function createThreadStreams(options: ThreadStreamsOptions): ThreadStreams {
  const { http, clock, emit } = options;
  const streams = new Map<string, ThreadStream>();
  let cancelWatch = clock.after(WATCH_INTERVAL_MS, watch);

  function watch(): void {
    const isSilent = [...streams.values()].some(
      ({ heardAtMs }) => clock.now() - heardAtMs >= LIMITS.clientSilenceMs,
    );
    if (isSilent) options.onEnded('heartbeat_lost');
    else cancelWatch = clock.after(WATCH_INTERVAL_MS, watch);
  }

  function unfollow(threadId: string): void {
    streams.get(threadId)?.abort.abort();
    streams.delete(threadId);
  }

  function follow(threadId: string, { place, ref }: { place?: string; ref?: string }): void {
    unfollow(threadId);
    const stream = { abort: new AbortController(), threadId, place, ref, heardAtMs: clock.now() };
    streams.set(threadId, stream);
    const { signal } = stream.abort;
    readEventStream(http, requestOf(stream, options.token()), {
      signal,
      onEvent: (event) => receive(stream, event),
    }).then(
      () => streams.get(threadId) === stream && options.onEnded(undefined),
      (error: unknown) => streams.get(threadId) === stream && fail(stream, asFailure(error)),
    );
  }

  function fail(stream: ThreadStream, error: NetraError): void {
    streams.delete(stream.threadId);
    if (isReasonCode(error.code)) options.onRefused(stream.ref, error);
    else options.onEnded(undefined);
  }

  function receive(stream: ThreadStream, { id, event, data }: StreamEvent): void {
    if (streams.get(stream.threadId) !== stream) return;
    stream.heardAtMs = clock.now();
    if (event === 'close') {
      close(stream, data);
    } else if (event === 'subscribed') {
      receiveSubscribed(stream, id, data);
    } else {
      if (id !== undefined) stream.place = id;
      emit(data);
    }
  }

  function receiveSubscribed(stream: ThreadStream, id: string | undefined, data: string): void {
    const frame: Record<string, unknown> = JSON.parse(data);
    const { ref } = stream;
    stream.ref = undefined;
    if (id !== undefined) stream.place = id;
    if (ref !== undefined) emit(JSON.stringify({ ...frame, ref }));
    // Nobody waits for the snapshot that stands for what is gone: starting over asks for it.
    else if (frame.recovered === false) options.onEnded(undefined);
  }

  function close(stream: ThreadStream, data: string): void {
    const { code }: { code?: string } = JSON.parse(data);
    streams.delete(stream.threadId);
    // The thread alone is gone.
    if (code !== 'thread_unknown') options.onEnded(code);
  }

  return {
    follow,
    unfollow,
    isFollowing: (threadId) => streams.has(threadId),
    reopen() {
      for (const { threadId, place, ref } of [...streams.values()]) {
        follow(threadId, {
          ...(place === undefined ? {} : { place }),
          ...(ref === undefined ? {} : { ref }),
        });
      }
    },
    end() {
      cancelWatch();
      for (const threadId of [...streams.keys()]) unfollow(threadId);
    },
  };
}

function requestOf({ threadId, place }: ThreadStream, token: string) {
  const headers = {
    accept: 'text/event-stream',
    ...(place === undefined ? {} : { 'last-event-id': place }),
  };
  return withBearer({ path: `/v1/threads/${encodeURIComponent(threadId)}/events`, headers }, token);
}
