import { refusal } from '@netra/protocol';
import type { Context } from 'hono';
import { subscribedFrame } from '../connections/subscribed-frame.ts';
import type { Deliver } from '../event-log/feed.ts';
import type { Outcome } from '../threads/threads.ts';
import { type EventStream, openEventStream } from './event-stream.ts';
import { refuse } from './refuse.ts';
import type { RestEnv, RestOptions, StreamRouteOptions } from './rest-options.ts';
import { readInteger } from './routes.ts';
import { refuseStream } from './stream-place.ts';

type StreamOptions = StreamRouteOptions & Pick<RestOptions, 'feed'>;
interface Position {
  epoch?: string;
  afterSeq?: number;
}

/**
 * The feed of a thread as server-sent events: `subscribed` first, then every event after the given place.
 * The place is `Last-Event-ID` (`epoch:seq`), or `after_seq` with or without `epoch`, or none: then a snapshot.
 */
export async function streamThreadEvents(
  c: Context<RestEnv>,
  threadId: string,
  options: StreamOptions,
): Promise<Response> {
  const { threads, feed, publicUrl, now } = options;
  const context = c.get('context');
  const ownerId = context.userId;
  const position = readPosition(c);
  if (!position.ok) return refuse(position.refusal, { publicUrl });
  const thread = await threads.get(ownerId, threadId);
  if (!thread.ok) return refuse(thread.refusal, { publicUrl });

  const refused = refuseStream(c, options);
  if (refused !== undefined) return refused;
  const stream = openEventStream({ ...options, context, outgoing: c.env.outgoing });
  const resume =
    position.value.afterSeq === undefined ? {} : { epoch: thread.value.epoch, ...position.value };
  const outcome = await feed.subscribe({
    ownerId,
    threadId,
    ...resume,
    deliver: sendEvent(stream),
    flow: stream.flow,
    onGone: () => stream.close('thread_unknown'),
    onLost: () => stream.close('slow_consumer'),
  });
  if (!outcome.ok) {
    stream.close();
    return refuse(outcome.refusal, { publicUrl });
  }
  stream.onEnd(() => outcome.close());
  const { subscribed, snapshot } = outcome;
  const fields = { at: new Date(now()).toISOString(), thread_id: threadId, ...subscribed };
  stream.send({
    event: 'subscribed',
    data: subscribedFrame(fields, snapshot),
    // A snapshot is a place too: who comes back after it continues from there.
    ...(subscribed.recovered ? {} : { id: `${subscribed.epoch}:${subscribed.last_seq}` }),
  });
  outcome.start();
  return stream.response;
}

/** Delivers events of a feed into a stream, each under its place as id. */
export function sendEvent(stream: EventStream): Deliver {
  return ({ text }, event) => {
    stream.send({ id: `${event.epoch}:${event.seq}`, event: event.type, data: text });
  };
}

function readPosition(c: Context<RestEnv>): Outcome<Position> {
  const lastEventId = c.req.header('last-event-id');
  if (lastEventId !== undefined && lastEventId !== '') {
    const match = /^(.{1,64}):(\d{1,15})$/.exec(lastEventId);
    const [, epoch, seq] = match ?? [];
    if (epoch === undefined || seq === undefined) {
      return { ok: false, refusal: refusal('request_malformed', '`Last-Event-ID` must be `epoch:seq`.') };
    }
    return { ok: true, value: { epoch, afterSeq: Number(seq) } };
  }
  const afterSeq = readInteger(c, 'after_seq');
  if (!afterSeq.ok) return afterSeq;
  const epoch = c.req.query('epoch');
  return {
    ok: true,
    value: {
      ...(epoch === undefined ? {} : { epoch }),
      ...(afterSeq.value === undefined ? {} : { afterSeq: afterSeq.value }),
    },
  };
}
