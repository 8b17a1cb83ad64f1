import {
  decideApprovalBodySchema,
  encodeFrame,
  isTerminalEventType,
  type MessageAck,
  postMessageBodySchema,
  refusal,
} from '@netra/protocol';
import type { Context, Hono } from 'hono';
import type { Outcome, PostRequest } from '../threads/threads.ts';
import { openEventStream } from './event-stream.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { readBody } from './read-body.ts';
import { refuse } from './refuse.ts';
import type { RestEnv, RestOptions, StreamRouteOptions } from './rest-options.ts';
import { answer, parameter, route } from './routes.ts';
import { refuseStream } from './stream-place.ts';
import { sendEvent } from './thread-event-stream.ts';
import { wantsStream } from './thread-routes.ts';

type RunRouteOptions = StreamRouteOptions & Pick<RestOptions, 'runs'>;

export function runRoutes(app: Hono<RestEnv>, options: RunRouteOptions): void {
  const { runs, publicUrl } = options;
  const owner = (c: Context<RestEnv>) => c.get('context').userId;
  const id = (c: Context<RestEnv>) => parameter(c, 'runId');

  route(app, '/v1/threads/:threadId/runs', { publicUrl, handlers: { POST: (c) => startRun(c, options) } });

  // What a `user_message` is over a WebSocket: without a thread, one is made in the same step.
  route(app, '/v1/runs', { publicUrl, handlers: { POST: (c) => startRun(c, options) } });

  route(app, '/v1/runs/:runId', {
    publicUrl,
    handlers: { GET: async (c) => answer(c, await runs.get(owner(c), id(c)), { publicUrl }) },
  });

  route(app, '/v1/runs/:runId/cancel', {
    publicUrl,
    handlers: {
      async POST(c) {
        const cancelled = await runs.cancel({ ownerId: owner(c), runId: id(c), by: 'user' });
        return answer(c, cancelled.ok ? await runs.get(owner(c), id(c)) : cancelled, { publicUrl });
      },
    },
  });

  route(app, '/v1/runs/:runId/approvals/:approvalId', {
    publicUrl,
    handlers: { POST: (c) => decideApproval(c, options) },
  });

  route(app, '/v1/runs/:runId/tools/:toolCallId/result', {
    publicUrl,
    handlers: {
      async GET(c) {
        const result = await runs.toolResult(owner(c), id(c), parameter(c, 'toolCallId'));
        if (!result.ok) return refuse(result.refusal, { publicUrl });
        return c.body(result.value.body, 200, { 'Content-Type': result.value.mediaType });
      },
    },
  });
}

/** No tool asks for an approval yet, so none can be known. */
async function decideApproval(c: Context<RestEnv>, { runs, publicUrl }: RunRouteOptions): Promise<Response> {
  const body = await readBody(c.req.raw, decideApprovalBodySchema);
  if (!body.ok) return refuse(body.refusal, { publicUrl });
  const run = await runs.get(c.get('context').userId, parameter(c, 'runId'));
  return refuse(run.ok ? refusal('approval_unknown') : run.refusal, { publicUrl });
}

async function startRun(c: Context<RestEnv>, options: RunRouteOptions): Promise<Response> {
  const { threads, runs, publicUrl } = options;
  const request = await readPost(c);
  if (!request.ok) return refuse(request.refusal, { publicUrl });
  if (wantsStream(c)) return streamRun(c, request.value, options);
  const outcome = await threads.post(request.value);
  if (!outcome.ok) return refuse(outcome.refusal, { publicUrl });
  const run = await runs.get(request.value.ownerId, outcome.ack.run_id);
  return answer(c, run.ok ? { ok: true, value: { ...outcome.ack, run: run.value } } : run, {
    publicUrl,
    status: 201,
  });
}

/** The body and `Idempotency-Key` of `POST …/runs`. A thread in the path wins over one in the body. */
async function readPost(c: Context<RestEnv>): Promise<Outcome<PostRequest>> {
  const key = readIdempotencyKey(c.req.header('idempotency-key'));
  if (!key.ok) return key;
  const body = await readBody(c.req.raw, postMessageBodySchema);
  if (!body.ok) return body;
  const { text, agent, overlap } = body.value;
  const threadId = c.req.param('threadId') ?? body.value.thread_id;
  const context = c.get('context');
  return {
    ok: true,
    value: {
      ownerId: context.userId,
      user: context.turnUser,
      text,
      clientId: key.value,
      ...(threadId === undefined ? {} : { threadId }),
      ...(agent === undefined ? {} : { agent }),
      ...(overlap === undefined ? {} : { overlap }),
    },
  };
}

/** `ack`, then the events of this run, then `close` after its end. A disconnect is not a cancel. */
async function streamRun(
  c: Context<RestEnv>,
  request: PostRequest,
  options: RunRouteOptions,
): Promise<Response> {
  const refused = refuseStream(c, options);
  if (refused !== undefined) return refused;
  const stream = openEventStream({ ...options, context: c.get('context'), outgoing: c.env.outgoing });
  const send = sendEvent(stream);
  const outcome = await options.threads.post({
    ...request,
    onStored(ack: MessageAck, join) {
      const frame = {
        type: 'ack' as const,
        at: new Date(options.now()).toISOString(),
        ref: request.clientId,
        ...ack,
      };
      stream.send({ event: frame.type, data: encodeFrame(frame) });
      const subscription = join({
        deliver(frame, event) {
          if (event.run_id !== ack.run_id) return;
          send(frame, event);
          if (isTerminalEventType(event.type)) stream.close();
        },
        flow: stream.flow,
        onGone: () => stream.close('thread_unknown'),
        onLost: () => stream.close('slow_consumer'),
      });
      stream.onEnd(() => subscription.close());
    },
  });
  if (outcome.ok) return stream.response;
  stream.close();
  return refuse(outcome.refusal, { publicUrl: options.publicUrl });
}
