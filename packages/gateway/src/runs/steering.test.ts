import { newId } from '@netra/protocol';
import { expect, test } from 'vitest';
import { scriptedAgent, startTestNode } from './testing/data-side.ts';

test('a message that steers reaches its run though word of it got lost between the nodes', async () => {
  const agent = scriptedAgent(async function* (turn, signal) {
    for (let taken: readonly string[] = []; !signal.aborted; taken = turn.takeSteering()) {
      if (taken.length > 0) return yield { type: 'message', delta: taken.join('|') };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  const node = await startTestNode({ agents: [agent], timings: { heartbeatMs: 50 } });
  const ack = await node.say('go');
  // As another node stores it that then cannot say so.
  await node.pool.query(
    `INSERT INTO messages (message_id, thread_id, run_id, seq, role, text, status, steering, created_at)
     VALUES ($1, $2, $3, 2, 'user', 'to the left', 'complete', true, now())`,
    [newId('msg'), ack.thread_id, ack.run_id],
  );
  const events = await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
  expect(events.at(-1)).toMatchObject({ type: 'agent_completed', data: { text: 'to the left' } });
});
