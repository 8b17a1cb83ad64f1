import { LIMITS } from '@netra/protocol';
import { expect, test } from 'vitest';
import { openDatabase } from '../event-log/database.ts';
import { findIdleQueues } from './leases.ts';
import { createGate, eventually, type Node, openTestCluster, scriptedAgent } from './testing/data-side.ts';

const max = LIMITS.maxRunsPerUser;
const asBob = { ownerId: 'bob', user: { userId: 'bob', roles: ['user'], permissions: ['chat'] } };

/** Ends the runs of all but ada at once, and hers when the gate opens. */
function gatedAgent(opened: Promise<void>) {
  return scriptedAgent(async function* (turn) {
    if (turn.user.userId === 'ada') await opened;
    yield { type: 'message', delta: 'Done' };
  });
}

async function sayOften(node: Node, times: number) {
  const acks = [];
  for (let index = 0; index < times; index++) acks.push(await node.say('mine'));
  return acks;
}

test('a user whose runs have all the room that is theirs waits, and keeps nobody else from running', async () => {
  const gate = createGate();
  const cluster = await openTestCluster();
  const node = await cluster.startNode({ agents: [gatedAgent(gate.opened)], timings: { sweepMs: 20 } });
  const acks = await sayOften(node, max + 3);
  expect(await node.runs.counts()).toEqual({ here: max, queued: 3, running: max });
  const other = await node.say('yours', asBob);
  await (await node.watch(other.thread_id, 'bob')).untilEnd(other.run_id);
  expect(await node.runs.counts()).toMatchObject({ here: max, queued: 3 });

  gate.open();
  const last = acks.at(-1);
  if (last === undefined) throw new Error('nothing was said');
  await (await node.watch(last.thread_id)).untilEnd(last.run_id);
  await eventually(async () => ((await node.runs.counts()).here === 0 ? true : undefined));
});

test('a sweep goes from user to user, and looks at none who have no room', async () => {
  const cluster = await openTestCluster();
  const agents = [gatedAgent(createGate().opened)];
  const node = await cluster.startNode({ agents, timings: { sweepMs: 600_000 } });
  await sayOften(node, max + 3);
  // What a process that died just before it went on with the queue leaves.
  await node.pool.query(
    `INSERT INTO threads (thread_id, owner_id, title, epoch, created_at, updated_at)
     VALUES ('thr_left', 'bob', '', 'epo_left', now(), now())`,
  );
  await node.pool.query(
    `INSERT INTO runs (run_id, thread_id, owner_id, agent, status, requester, start_seq, message_id, created_at)
     VALUES ('run_left', 'thr_left', 'bob', 'script', 'queued', '{}', 1, 'msg_left', now())`,
  );
  const database = openDatabase(node.pool);
  const queues = await findIdleQueues(database, []);
  expect(queues.slice(0, 2).map(({ owner_id }) => owner_id)).toEqual(expect.arrayContaining(['ada', 'bob']));
  expect(queues).toHaveLength(4);
  expect(await findIdleQueues(database, ['ada'])).toEqual([{ thread_id: 'thr_left', owner_id: 'bob' }]);
});
