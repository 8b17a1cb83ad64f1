import { createThreadBodySchema, type Page, type ThreadEvent, updateThreadBodySchema } from '@netra/protocol';
import type { Context, Hono } from 'hono';
import type { Outcome } from '../threads/threads.ts';
import { readBody } from './read-body.ts';
import { refuse } from './refuse.ts';
import type { RestEnv, RestOptions, StreamRouteOptions } from './rest-options.ts';
import { answer, parameter, readInteger, readPage, route } from './routes.ts';
import { streamThreadEvents } from './thread-event-stream.ts';

type ThreadRouteOptions = StreamRouteOptions & Pick<RestOptions, 'feed'>;

export function threadRoutes(app: Hono<RestEnv>, options: ThreadRouteOptions): void {
  const { threads, publicUrl } = options;
  const owner = (c: Context<RestEnv>) => c.get('context').userId;
  const id = (c: Context<RestEnv>) => parameter(c, 'threadId');

  route(app, '/v1/threads', {
    publicUrl,
    handlers: {
      async GET(c) {
        const page = readPage(c);
        return answer(c, page.ok ? await threads.list(owner(c), page.value) : page, { publicUrl });
      },
      POST: (c) => createThread(c, options),
    },
  });

  route(app, '/v1/threads/:threadId', {
    publicUrl,
    handlers: {
      GET: async (c) => answer(c, await threads.get(owner(c), id(c)), { publicUrl }),
      async PATCH(c) {
        const body = await readBody(c.req.raw, updateThreadBodySchema);
        return answer(c, body.ok ? await threads.update(owner(c), id(c), body.value) : body, { publicUrl });
      },
      async DELETE(c) {
        const deleted = await threads.delete(owner(c), id(c));
        return deleted.ok ? c.body(null, 204) : refuse(deleted.refusal, { publicUrl });
      },
    },
  });

  route(app, '/v1/threads/:threadId/messages', {
    publicUrl,
    handlers: {
      async GET(c) {
        const page = readPage(c);
        return answer(c, page.ok ? await threads.messages(owner(c), id(c), page.value) : page, { publicUrl });
      },
    },
  });

  route(app, '/v1/threads/:threadId/events', {
    publicUrl,
    handlers: {
      async GET(c) {
        if (wantsStream(c)) return streamThreadEvents(c, id(c), options);
        return answer(c, await readEventPage(c, id(c), options), { publicUrl });
      },
    },
  });
}

/** Not for HEAD: Hono answers it by GET without the body, and nobody would ever end the stream. */
export function wantsStream(c: Context<RestEnv>): boolean {
  return c.req.raw.method !== 'HEAD' && (c.req.header('accept') ?? '').includes('text/event-stream');
}

async function createThread(
  c: Context<RestEnv>,
  { threads, publicUrl }: ThreadRouteOptions,
): Promise<Response> {
  const body = await readBody(c.req.raw, createThreadBodySchema);
  if (!body.ok) return refuse(body.refusal, { publicUrl });
  const { title, agent } = body.value;
  const created = await threads.create(c.get('context').userId, {
    ...(title === undefined ? {} : { title }),
    ...(agent === undefined ? {} : { agent }),
  });
  return answer(c, created, { publicUrl, status: 201 });
}

async function readEventPage(
  c: Context<RestEnv>,
  threadId: string,
  { threads }: ThreadRouteOptions,
): Promise<Outcome<Page<ThreadEvent>>> {
  const page = readPage(c);
  if (!page.ok) return page;
  // A page's cursor is the last `seq` of the page before.
  const afterSeq = readInteger(c, page.value.cursor === undefined ? 'after_seq' : 'cursor');
  if (!afterSeq.ok) return afterSeq;
  return threads.events(c.get('context').userId, threadId, {
    ...(afterSeq.value === undefined ? {} : { afterSeq: afterSeq.value }),
    ...(page.value.limit === undefined ? {} : { limit: page.value.limit }),
  });
}
