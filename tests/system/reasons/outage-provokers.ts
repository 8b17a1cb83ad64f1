import { connect } from 'node:net';
import type { ReasonCode } from '@netra/protocol';
import { signUp } from '../../kit/person.ts';
import { poll } from '../../kit/poll.ts';
import { rawExchange, upgradeText } from '../../kit/raw-exchange.ts';
import { connectRaw } from '../../kit/raw-socket.ts';
import type { Stack, StackOptions } from '../../kit/stack.ts';
import type { Provoked, Provoker } from './provoked.ts';
import { withStack } from './with-stack.ts';

/** Long enough for the auth service in this process, short enough to be waited for. */
const DEADLINE_MS = 500;
const USERS_PATH = '/auth/service/users';
const never = new Promise<never>(() => undefined);

/** What breaks, each in an installation of its own. */
export const outageProvokers = {
  keys_unavailable: [() => refusedWhile('/auth/jwks.json', async () => new Response(null, { status: 503 }))],
  auth_unavailable: [() => refusedWhile(USERS_PATH, async () => new Response(null, { status: 503 }))],
  handshake_deadline: [
    () => refusedWhile(USERS_PATH, () => never, { gateway: { handshakeDeadlineMs: DEADLINE_MS } }),
  ],
  client_gone: [
    () =>
      withStack(
        answering(USERS_PATH, () => never),
        async (stack) => {
          const { hostname, port } = new URL(stack.url);
          const text = await upgradeOf(stack);
          const socket = connect(Number(port), hostname, () => socket.write(text, () => socket.end()));
          const query = "SELECT code FROM attempts WHERE code = 'client_gone'";
          const code = await poll(async () => (await stack.pool.query(query)).rows[0]?.code, {
            what: 'the record of the client that left',
          });
          return { via: 'record', code };
        },
      ),
  ],
  database_unavailable: [() => withStack({}, refuseWithoutDatabase)],
  internal_error: [
    () =>
      withStack({}, async (stack) => {
        const { token } = await signUp(stack.url);
        await stack.pool.query('ALTER TABLE threads RENAME TO threads_elsewhere');
        return answerOf(stack, await token());
      }),
    () =>
      withStack({}, async (stack) => {
        const { token } = await signUp(stack.url);
        const socket = await connectRaw(stack.url, await token());
        await stack.pool.query('ALTER TABLE threads RENAME TO threads_elsewhere');
        socket.send({ type: 'user_message', id: 'a', text: 'hello' });
        return { via: 'close', ...(await socket.closed) };
      }),
  ],
  draining: [
    () =>
      withStack({}, async (stack) => {
        const upgrade = await upgradeOf(stack);
        await stack.gateway.stop({ reason: 'a test', graceMs: 100 });
        const answer = await rawExchange(stack.url, upgrade);
        return { via: 'http', status: answer.status, problem: answer.problem(), isRecorded: false };
      }),
    () =>
      withStack({}, async (stack) => {
        const { token } = await signUp(stack.url);
        const socket = await connectRaw(stack.url, await token());
        await stack.gateway.stop({ reason: 'a test', graceMs: 1_000 });
        return { via: 'close', ...(await socket.closed) };
      }),
  ],
} satisfies Partial<Record<ReasonCode, readonly Provoker[]>>;

/** Between the gateway and one address of the auth service something else answers, or nothing. */
function answering(path: string, answer: () => Promise<Response>): Partial<StackOptions> {
  return {
    between: (request, pass) => (new URL(request.url).pathname.startsWith(path) ? answer() : pass()),
  };
}

function refusedWhile(
  path: string,
  answer: () => Promise<Response>,
  options: Partial<StackOptions> = {},
): Promise<Provoked> {
  return withStack({ ...answering(path, answer), ...options }, async (stack) => {
    const refused = await rawExchange(stack.url, await upgradeOf(stack));
    return { via: 'http', status: refused.status, problem: refused.problem(), isRecorded: false };
  });
}

async function upgradeOf({ url }: Stack): Promise<string> {
  const { token } = await signUp(url);
  return upgradeText({ url, headers: { Authorization: `Bearer ${await token()}` } });
}

async function answerOf(stack: Stack, token: string): Promise<Provoked> {
  const headers = { Authorization: `Bearer ${token}`, Upgrade: undefined, Connection: 'close' };
  const text = upgradeText({ url: stack.url, headers, requestLine: 'GET /v1/threads HTTP/1.1' });
  const answer = await rawExchange(stack.url, text);
  return { via: 'http', status: answer.status, problem: answer.problem(), isRecorded: false };
}

/** The connection on which the request waits for its rows is cut, as by a database that goes down. */
async function refuseWithoutDatabase(stack: Stack): Promise<Provoked> {
  const { token } = await signUp(stack.url);
  const lock = await stack.pool.connect();
  try {
    await lock.query('BEGIN; LOCK TABLE threads IN ACCESS EXCLUSIVE MODE');
    const answer = answerOf(stack, await token());
    // On another connection: within a transaction this view never changes.
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await poll(async () => ((await stack.pool.query(cut)).rowCount === 0 ? undefined : true), {
      what: 'a request that waits for the database',
    });
    return await answer;
  } finally {
    await lock.query('ROLLBACK');
    lock.release();
  }
}
