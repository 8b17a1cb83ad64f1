import { encodeFrame, newId, type ReasonCode } from '@netra/protocol';
import type { HttpEnv } from '@netra/service';
import type { RevocationView } from '@netra/token';
import { drainingFrame } from '../connections/draining-frame.ts';
import { EncodedFrame } from '../connections/encoded-frame.ts';
import type { Live, LiveSet } from '../connections/live-set.ts';
import { createLiveness } from '../connections/liveness.ts';
import { Outflow, WINDOW_BYTES } from '../connections/outflow.ts';
import type { UserContext } from '../connections/user-context.ts';
import type { Flow } from '../event-log/flow.ts';
import type { ConnectionMetrics } from '../metrics/metrics.ts';
import { revocationOf } from '../revocations/end-revoked.ts';

/** How long an EventSource waits before it comes back by itself. */
const RETRY_MS = 2_000;
/** The last words to a client that does not read may take this long. */
const LAST_WORDS_MS = 5_000;

interface StreamEvent {
  id?: string;
  event: string;
  /** JSON on one line: text, or parts that may be shared with other streams. */
  data: string | readonly Uint8Array[];
}

export interface EventStream {
  readonly response: Response;
  /** How fast the client takes what is sent. */
  readonly flow: Flow;
  send(event: StreamEvent): void;
  /** Ends with `event: close`; without a code when everything that was asked for has been told. */
  close(code?: ReasonCode): void;
  /** Registers what is released when the stream ends, or at once when it has. */
  onEnd(release: () => void): void;
}

/** A server-sent event stream with the heartbeat, deadline, age and drain of a WebSocket connection. */
export function openEventStream(options: {
  context: UserContext;
  /** The answer that the stream goes into, where there is a socket below: its end is the stream's. */
  outgoing: HttpEnv['outgoing'] | undefined;
  liveSet: LiveSet;
  metrics: ConnectionMetrics;
  revocations: RevocationView;
  heartbeatMs: number;
  maxConnectionAgeMs?: number | undefined;
  now: () => number;
  random: () => number;
}): EventStream {
  const {
    context,
    outgoing,
    liveSet,
    metrics,
    revocations,
    heartbeatMs,
    maxConnectionAgeMs: maxAgeMs,
    now,
    random,
  } = options;
  const encoder = new TextEncoder();
  const liveness = createLiveness({ token: context, heartbeatMs, maxAgeMs, nowMs: now(), random });
  const releases: (() => void)[] = [];
  /** Until somebody says otherwise, the client left. */
  let endedBy: string = 'client';
  let isOpen = true;
  let controller: ReadableStreamDefaultController<Uint8Array>;

  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started;
      },
      pull: () => outflow.progressed(),
      cancel: () => end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: WINDOW_BYTES }),
  );
  const outflow = new Outflow({
    bufferedBytes: () => WINDOW_BYTES - (controller.desiredSize ?? WINDOW_BYTES),
    write: ({ text }) => enqueue(encoder.encode(text)),
    writePiece: ({ bytes, isLast }) => enqueue(bytes, isLast),
  });

  function enqueue(bytes: Uint8Array, isLast = true): void {
    controller.enqueue(bytes);
    metrics.traffic.bytesSent += bytes.length;
    if (isLast) metrics.traffic.framesSent++;
  }

  function end(): void {
    if (!isOpen) return;
    isOpen = false;
    metrics.connectionClosed(endedBy);
    outflow.end({ finishFrame: false });
    for (const release of releases.splice(0)) release();
  }

  function close(code?: ReasonCode): void {
    if (!isOpen) return;
    endedBy = code ?? 'finished';
    const data = JSON.stringify(code === undefined ? {} : { code });
    outflow.end({ finishFrame: true });
    enqueue(encoder.encode(`event: close\ndata: ${data}\n\n`));
    end();
    controller.close();
    if (code === 'slow_consumer') setTimeout(() => outgoing?.destroy(), LAST_WORDS_MS).unref();
  }

  function send({ id, event, data }: StreamEvent): void {
    if (!isOpen) return;
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    const head = `${idLine}event: ${event}\ndata: `;
    const isTaken =
      typeof data === 'string'
        ? outflow.send(new EncodedFrame(`${head}${data}\n\n`))
        : outflow.sendShared([encoder.encode(head), ...data, encoder.encode('\n\n')]);
    if (!isTaken) close('slow_consumer');
  }

  function beat(): void {
    // Nothing answers over SSE: a client that is gone shows when the write fails.
    liveness.heard();
    const frame = encodeFrame({ type: 'heartbeat', at: new Date(now()).toISOString() });
    send({ event: 'heartbeat', data: frame });
  }

  function drainAs(code: 'draining' | 'max_age'): void {
    send({ event: 'draining', data: encodeFrame(drainingFrame({ now, random })) });
    close(code);
  }

  const live: Live = {
    connectionId: newId('con'),
    kind: 'event_stream',
    openedAtMs: now(),
    userId: context.userId,
    tick(nowMs) {
      if (outflow.isStalled(nowMs)) close('slow_consumer');
      for (const action of liveness.due(nowMs)) {
        if (action.kind === 'heartbeat') beat();
        else if (action.kind === 'end') {
          if (action.code === 'max_age') drainAs('max_age');
          else close(action.code);
        }
      }
    },
    token: () => context.token,
    end: close,
    drain: () => drainAs('draining'),
    terminate: () => close('draining'),
    queuedBytes: () => outflow.queuedBytes(),
  };
  releases.push(liveSet.add(live));
  // A client that leaves before the first byte is written cancels nothing.
  outgoing?.once('close', end);
  if (outgoing?.closed) end();

  const headers = {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // nginx holds streams back otherwise.
    'X-Accel-Buffering': 'no',
  };
  controllerOf().enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
  // What was revoked since the token was judged did not find this stream.
  const revoked = revocationOf(context.token, revocations);
  if (revoked !== undefined) close(revoked);
  return {
    response: new Response(body, { headers }),
    flow: outflow,
    send,
    close,
    onEnd(release) {
      if (isOpen) releases.push(release);
      else release();
    },
  };

  /** `start` of a ReadableStream runs within its constructor. */
  function controllerOf(): ReadableStreamDefaultController<Uint8Array> {
    return controller;
  }
}
