import { describe, expect, test } from 'vitest';
import {
  createGate,
  eventually,
  type Node,
  openTestCluster,
  scriptedAgent,
  startTestNode,
  type Watcher,
} from './testing/data-side.ts';

const never = new Promise<never>(() => undefined);
/** A process that takes runs and then gives no sign of life. */
const silent = { leaseMs: 150, heartbeatMs: 3_600_000, sweepMs: 3_600_000 };
const watchful = { leaseMs: 5_000, heartbeatMs: 50, sweepMs: 25 };

function terminalTypes({ events }: Watcher): string[] {
  return events.map(({ type }) => type).filter((type) => /completed|failed|cancelled/.test(type));
}

describe('a run whose process fell silent', () => {
  test('ends in exactly one run_interrupted, and the late process adds nothing', async () => {
    const gate = createGate();
    const agent = scriptedAgent(async function* () {
      yield { type: 'message', delta: 'Half' };
      yield { type: 'tool_executing', toolCallId: 'call_1', toolName: 'look', arguments: {} };
      await gate.opened;
      yield { type: 'message', delta: ' of a ghost' };
    });
    const cluster = await openTestCluster();
    const lost = await cluster.startNode({ agents: [agent], timings: silent });
    const ack = await lost.say('go');
    const before = await lost.watch(ack.thread_id);
    await before.until((events) => events.some(({ type }) => type === 'tool_executing'));

    const heir = await cluster.startNode({ agents: [agent], timings: watchful });
    const watcher = await heir.watch(ack.thread_id);
    const events = await watcher.untilEnd(ack.run_id);
    expect(events.at(-2)).toMatchObject({ type: 'tool_completed', data: { ok: false } });
    expect(events.at(-1)).toMatchObject({
      type: 'agent_failed',
      data: { code: 'run_interrupted', retryable: true, text: 'Half' },
    });
    gate.open();
    await eventually(async () => ((await lost.runs.counts()).here === 0 ? true : undefined));
    await before.untilEnd(ack.run_id);
    const { rows } = await heir.pool.query(`SELECT type FROM events WHERE type LIKE 'agent_%' ORDER BY seq`);
    expect(rows.map(({ type }) => type)).toEqual(['agent_started', 'agent_message', 'agent_failed']);
  });

  test('is done again where the agent allows it, with the text reset', async () => {
    let attempts = 0;
    const agent = scriptedAgent(
      async function* (turn) {
        attempts++;
        yield { type: 'message', delta: `Try ${attempts}: ${turn.messages.map(({ text }) => text).join()}` };
        yield { type: 'tool_executing', toolCallId: 'call_1', toolName: 'look', arguments: {} };
        if (attempts === 1) await never;
      },
      { onInterrupt: 'restart' },
    );
    const cluster = await openTestCluster();
    const lost = await cluster.startNode({ agents: [agent], timings: silent });
    const ack = await lost.say('go');
    await (await lost.watch(ack.thread_id)).until((events) =>
      events.some(({ type }) => type === 'tool_executing'),
    );
    const heir = await cluster.startNode({ agents: [agent], timings: watchful });
    const watcher = await heir.watch(ack.thread_id);
    const events = await watcher.untilEnd(ack.run_id);
    expect(events.filter(({ type }) => type === 'agent_started')).toHaveLength(1);
    expect(events.some((event) => event.type === 'agent_message' && event.data.reset === true)).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'agent_completed', data: { text: 'Try 2: go' } });
    const tools = events.flatMap((event) =>
      event.type === 'tool_executing' ? [event.data.tool_call_id] : [],
    );
    expect(new Set(tools).size).toBe(2);
    expect(terminalTypes(watcher)).toEqual(['tool_completed', 'tool_completed', 'agent_completed']);
  });

  test('is not done a third time', async () => {
    const agent = scriptedAgent(
      async function* () {
        yield { type: 'message', delta: 'x' };
        await never;
      },
      { onInterrupt: 'restart' },
    );
    const cluster = await openTestCluster();
    const first = await cluster.startNode({ agents: [agent], timings: silent });
    const ack = await first.say('go');
    const second = await cluster.startNode({ agents: [agent], timings: { ...silent, sweepMs: 25 } });
    await eventually(async () => ((await second.runs.counts()).here === 1 ? true : undefined));
    const third = await cluster.startNode({ agents: [agent], timings: watchful });
    const events = await (await third.watch(ack.thread_id)).untilEnd(ack.run_id);
    expect(events.at(-1)).toMatchObject({ type: 'agent_failed', data: { code: 'run_interrupted' } });
  });
});

test('a run that cannot store its events is ended by the sweep, once', async () => {
  const gate = createGate();
  const agent = scriptedAgent(async function* () {
    yield { type: 'message', delta: 'Half' };
    await gate.opened;
    yield { type: 'message', delta: ' lost' };
    await never;
  });
  const node = await startTestNode({ agents: [agent], timings: { ...silent, sweepMs: 25 } });
  const ack = await node.say('go');
  const watcher = await node.watch(ack.thread_id);
  await watcher.until((events) => events.some(({ type }) => type === 'agent_message'));
  await node.pool.query(
    `ALTER TABLE events ADD CONSTRAINT full_disk CHECK (type <> 'agent_message') NOT VALID`,
  );
  gate.open();
  await watcher.untilEnd(ack.run_id);
  expect(terminalTypes(watcher)).toEqual(['agent_failed']);
  expect(watcher.events.at(-1)).toMatchObject({ data: { code: 'run_interrupted', text: 'Half' } });
});

describe('a process that stops', () => {
  const agent = scriptedAgent(
    async function* (turn) {
      yield { type: 'message', delta: `Answer to ${turn.messages.at(-1)?.text}` };
      if (firstRuns-- > 0) await never;
    },
    { onInterrupt: 'restart' },
  );
  let firstRuns = 1;

  async function stopInTheMiddle(): Promise<{ heir: Node; watcher: Watcher; runIds: string[] }> {
    firstRuns = 1;
    const cluster = await openTestCluster();
    const leaving = await cluster.startNode({ agents: [agent], timings: { sweepMs: 3_600_000 } });
    const running = await leaving.say('one');
    const queued = await leaving.say('two', { threadId: running.thread_id });
    await (await leaving.watch(running.thread_id)).until((events) =>
      events.some(({ type }) => type === 'agent_message'),
    );
    await leaving.stop({ graceMs: 0 });
    const heir = await cluster.startNode({ agents: [agent], timings: watchful });
    const watcher = await heir.watch(running.thread_id);
    return { heir, watcher, runIds: [running.run_id, queued.run_id] };
  }

  test('hands over at once what runs and what waits', async () => {
    const { watcher, runIds } = await stopInTheMiddle();
    for (const [index, runId] of runIds.entries()) {
      const events = await watcher.untilEnd(runId);
      expect(events.at(-1)).toMatchObject({
        type: 'agent_completed',
        data: { text: `Answer to ${index === 0 ? 'one' : 'two'}` },
      });
    }
    expect(watcher.events.map(({ seq }) => seq)).toEqual(watcher.events.map((_event, index) => index + 1));
  });

  test('lets a run end that needs less than the grace', async () => {
    const gate = createGate();
    const quick = scriptedAgent(async function* () {
      await gate.opened;
      yield { type: 'message', delta: 'Done' };
    });
    const cluster = await openTestCluster();
    const leaving = await cluster.startNode({ agents: [quick] });
    const ack = await leaving.say('go');
    const stopped = leaving.stop({ graceMs: 5_000 });
    gate.open();
    await stopped;
    expect(await leaving.runs.get('ada', ack.run_id)).toMatchObject({ value: { status: 'completed' } });
  });
});
