import type { PoolConfig } from 'pg';
import pg from 'pg';
import { expect, test } from 'vitest';
import {
  answered,
  echoAgent,
  eventually,
  openTestCluster,
  resume,
  snapshotOf,
} from '../runs/testing/data-side.ts';
import { openDatabase } from './database.ts';
import { checkLogOrigin } from './log-origin.ts';
import { renewLogEpochs } from './renew-log-epochs.ts';

/** What a restored backup is: the same rows in another database. */
async function copyOf({ database = '', ...server }: PoolConfig) {
  const copy = `${database}_copy`;
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ ...server, database: 'postgres' });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await administer(`CREATE DATABASE ${copy} TEMPLATE ${database}`);
  return {
    connection: { ...server, database: copy },
    drop: () => administer(`DROP DATABASE ${copy} WITH (FORCE)`),
  };
}

test('a restart changes no epoch, a restored backup all of them: who resumes gets a snapshot and new numbers', async () => {
  const cluster = await openTestCluster();
  const node = await cluster.startNode({ agents: [echoAgent] });
  const { thread_id: threadId, epoch, lastSeq } = await answered(node);
  const place = { epoch, afterSeq: lastSeq };
  const again = await cluster.startNode({ agents: [echoAgent] });
  expect((await resume(again, threadId, place)).subscribed).toMatchObject({ recovered: true });

  await cluster.stopNodes();
  const copy = await copyOf(cluster.connection);
  const restored = await cluster.startNode({
    agents: [echoAgent],
    connection: copy.connection,
  });
  const late = await resume(restored, threadId, place);
  expect(late.subscribed).toMatchObject({ recovered: false, last_seq: place.afterSeq });
  expect(late.subscribed.epoch).not.toBe(place.epoch);
  expect(snapshotOf(late).thread.epoch).toBe(late.subscribed.epoch);
  const next = { epoch: late.subscribed.epoch, afterSeq: place.afterSeq };
  expect((await resume(restored, threadId, next)).subscribed).toMatchObject({ recovered: true });
  expect(await checkLogOrigin(openDatabase(restored.pool))).toMatchObject({ renewedThreads: 0 });
  expect(await renewLogEpochs(restored.pool)).toBe(1);
  expect((await resume(restored, threadId, next)).subscribed).toMatchObject({ recovered: false });
  await cluster.stopNodes();
  await copy.drop();
});

test('a process whose database became another one while it ran sends everybody to resume', async () => {
  const cluster = await openTestCluster();
  let renewals = 0;
  const node = await cluster.startNode({ agents: [echoAgent], onLogRenewed: () => renewals++ });
  const { thread_id: threadId, epoch, lastSeq } = await answered(node);
  await node.pool.query(`UPDATE log_origin SET origin = 'before the standby took over'`);
  await node.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`,
  );
  await eventually(async () => (renewals > 0 ? renewals : undefined));
  expect((await resume(node, threadId, { epoch, afterSeq: lastSeq })).subscribed).toMatchObject({
    recovered: false,
  });
  expect(renewals).toBe(1);
});
