import type { ReasonCode } from '@netra/protocol';
import { poll } from '../../kit/poll.ts';
import type { Stack } from '../../kit/stack.ts';
import type { BrowserCase, NotMet } from './browser-case.ts';
import { ask, type BrowserRig } from './browser-rig.ts';

const USERS_PATH = '/auth/service/users';
const DEADLINE_MS = 500;
/** The refusal is kept with the ticket, for which the gateway takes 250 ms at most. */
const SLACK_MS = 100;
const unavailable = async () => new Response(null, { status: 503 });

/** What breaks, each in an installation of its own. */
export const outageCases = {
  keys_unavailable: (rig) => refusedWhile(rig, '/auth/jwks.json'),
  auth_unavailable: (rig) => refusedWhile(rig, USERS_PATH),
  async handshake_deadline(rig) {
    const stack = await rig.ownStack({ gateway: { handshakeDeadlineMs: DEADLINE_MS } });
    const proxy = await rig.proxy(stack);
    let isFirst = true;
    proxy.rewrite = async (head) => {
      if (isFirst) await lockTickets(stack, DEADLINE_MS + SLACK_MS);
      isFirst = false;
      return head;
    };
    return (await rig.visitor(stack)).open({ stack, proxy, isRefused: true });
  },
  async database_unavailable(rig) {
    const stack = await rig.ownStack();
    const visitor = await rig.visitor(stack);
    const lock = await stack.pool.connect();
    try {
      await lock.query('BEGIN; LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE');
      const page = visitor.open({ stack, isRefused: true });
      // On another connection: within a transaction this view never changes.
      const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await poll(async () => ((await stack.pool.query(cut)).rowCount === 0 ? undefined : true), {
        what: 'a request that waits for the database',
      });
      return await page;
    } finally {
      await lock.query('ROLLBACK');
      lock.release();
    }
  },
  async internal_error(rig) {
    const stack = await rig.ownStack();
    const page = await (await rig.visitor(stack)).open({ stack });
    await stack.pool.query('ALTER TABLE threads RENAME TO threads_elsewhere');
    return ask(page, 'hello');
  },
  async draining(rig) {
    const stack = await rig.ownStack();
    const page = await (await rig.visitor(stack)).open({ stack });
    await stack.gateway.stop({ reason: 'a test', graceMs: 1_000 });
    return page;
  },
  async rate_limited(rig) {
    const stack = await rig.ownStack({ gateway: { handshakesPerMinute: 1 } });
    const { open } = await rig.visitor(stack);
    await open({ stack });
    return open({ stack, isRefused: true });
  },
} satisfies Partial<Record<ReasonCode, BrowserCase | NotMet>>;

async function refusedWhile(rig: BrowserRig, path: string) {
  const stack = await rig.ownStack({
    between: (request, pass) => (new URL(request.url).pathname.startsWith(path) ? unavailable() : pass()),
  });
  return (await rig.visitor(stack)).open({ stack, isRefused: true });
}

/** For so long nobody learns what a ticket is worth. */
async function lockTickets({ pool }: Stack, durationMs: number): Promise<void> {
  const lock = await pool.connect();
  await lock.query('BEGIN; LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE');
  setTimeout(() => void lock.query('ROLLBACK').finally(() => lock.release()), durationMs);
}
