import type { AgentEvent } from '@netra/agent';
import { LIMITS, type Snapshot, textOfParts } from '@netra/protocol';
import { expect, test } from 'vitest';
import {
  createCollector,
  createGate,
  type Node,
  scriptedAgent,
  snapshotOf,
  startTestNode,
} from '../runs/testing/data-side.ts';

const gates: (() => void)[] = [];

/** Does what the script says, and then waits. */
function endlessAgent(script: () => Iterable<AgentEvent>) {
  const gate = createGate();
  gates.push(gate.open);
  return scriptedAgent(async function* () {
    yield* script();
    yield { type: 'message', delta: 'now' };
    await gate.opened;
  });
}

async function begun(node: Node): Promise<string> {
  const ack = await node.say('go');
  const watcher = await node.watch(ack.thread_id);
  await watcher.until((events) =>
    events.some((event) => event.type === 'agent_message' && event.data.delta.endsWith('now')),
  );
  watcher.close();
  return ack.thread_id;
}

async function subscribe(node: Node, threadId: string) {
  const { deliver } = createCollector();
  const outcome = await node.feed.subscribe({ ownerId: 'ada', threadId, deliver });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  outcome.close();
  return outcome;
}

function bytesOf(snapshot: Snapshot): number {
  return Buffer.byteLength(JSON.stringify(snapshot));
}

test('a run that thought megabytes leaves the end of its thoughts, and all of its text', async () => {
  const agent = endlessAgent(function* () {
    yield { type: 'message', delta: 'It begins, ' };
    for (let step = 0; step < 300; step++)
      yield { type: 'thinking', text: `${step} ${'t'.repeat(14_000)}`, step };
  });
  const node = await startTestNode({ agents: [agent] });
  const snapshot = snapshotOf(await subscribe(node, await begun(node)));
  const [run] = snapshot.runs;
  expect(run?.text).toBe('It begins, now');
  expect(textOfParts(run?.parts ?? [])).toBe('It begins, now');
  const thoughts = (run?.parts ?? []).filter(({ type }) => type === 'thinking');
  expect(thoughts.at(-1)).toMatchObject({ step: 299 });
  expect(thoughts[0]).toMatchObject({ truncated: true });
  expect(bytesOf(snapshot)).toBeLessThan(LIMITS.maxPartsBytes + 10_000);
});

test('calls that are too many or too large keep their names, and those that are open stay', async () => {
  const agent = endlessAgent(function* () {
    const large = { query: 'q'.repeat(60_000) };
    yield { type: 'tool_executing', toolCallId: 'open', toolName: 'wait', arguments: large };
    for (let call = 0; call < 30; call++) {
      const base = { toolCallId: `call_${call}`, toolName: 'look' };
      yield { type: 'tool_executing', ...base, arguments: large };
      yield { type: 'tool_completed', ...base, ok: true, result: 'r'.repeat(60_000), durationMs: 1 };
    }
  });
  const node = await startTestNode({ agents: [agent] });
  const snapshot = snapshotOf(await subscribe(node, await begun(node)));
  const parts = snapshot.runs[0]?.parts ?? [];
  expect(parts.filter(({ type }) => type === 'tool')).toHaveLength(31);
  expect(parts.at(-2)).toMatchObject({ tool_call_id: 'call_29', result: 'r'.repeat(60_000) });
  expect(parts[1]).toEqual({
    ...{ type: 'tool', tool_call_id: 'call_0', tool_name: 'look', arguments: {} },
    ...{ ok: true, duration_ms: 1, truncated: true },
  });
  expect(snapshot.runs[0]?.open_tools).toEqual([{ tool_call_id: 'open', tool_name: 'wait', arguments: {} }]);
  expect(bytesOf(snapshot)).toBeLessThan(LIMITS.maxPartsBytes + 20_000);
});

test('pages of the log are bounded in size too, and lead to all of it', async () => {
  const agent = scriptedAgent(async function* () {
    for (let step = 0; step < 150; step++) yield { type: 'thinking', text: 't'.repeat(15_000), step };
  });
  const node = await startTestNode({ agents: [agent] });
  const ack = await node.say('go');
  await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
  const seqs: number[] = [];
  let pages = 0;
  for (let afterSeq: number | undefined = 0; afterSeq !== undefined; pages++) {
    const page = await node.threads.events('ada', ack.thread_id, { afterSeq, limit: 200 });
    if (!page.ok) throw new Error(page.refusal.code);
    expect(JSON.stringify(page.value.items).length).toBeLessThan(1.1 * LIMITS.maxPageBytes);
    seqs.push(...page.value.items.map(({ seq }) => seq));
    afterSeq = page.value.next_cursor === undefined ? undefined : Number(page.value.next_cursor);
  }
  expect(seqs).toEqual(Array.from({ length: 153 }, (_, index) => index + 1));
  expect(pages).toBe(3);
});

test('an open answer with much text comes without parts that repeat it', async () => {
  const text = 'word '.repeat(20_000);
  const node = await startTestNode({
    agents: [
      endlessAgent(function* () {
        yield { type: 'message', delta: text };
      }),
    ],
  });
  const [run] = snapshotOf(await subscribe(node, await begun(node))).runs;
  expect(run?.text).toBe(`${text}now`);
  expect(run).not.toHaveProperty('parts');
});

test('large messages that do not fit are behind the cursor, each once', async () => {
  const text = 'm'.repeat(200_000);
  const agent = scriptedAgent(async function* () {
    yield { type: 'message', delta: text };
  });
  const node = await startTestNode({ agents: [agent] });
  const ack = await node.say('0');
  const { thread_id: threadId } = ack;
  const watcher = await node.watch(threadId);
  await watcher.untilEnd(ack.run_id);
  for (const round of [1, 2, 3, 4, 5]) {
    const next = await node.say(String(round), { threadId });
    await watcher.untilEnd(next.run_id);
  }
  const snapshot = snapshotOf(await subscribe(node, threadId));
  expect(bytesOf(snapshot)).toBeLessThanOrEqual(LIMITS.maxSnapshotBytes);
  expect(snapshot.messages.length).toBeGreaterThan(1);
  let seen = snapshot.messages;
  for (let cursor = snapshot.older_cursor; cursor !== undefined; ) {
    const page = await node.threads.messages('ada', threadId, { cursor });
    if (!page.ok) throw new Error(page.refusal.code);
    expect(bytesOf(snapshot)).toBeLessThan(2 * LIMITS.maxPageBytes);
    seen = [...page.value.items, ...seen];
    cursor = page.value.next_cursor;
  }
  const said = seen.filter(({ role }) => role === 'user').map((message) => message.text);
  expect(said).toEqual(['0', '1', '2', '3', '4', '5']);
  expect(seen).toHaveLength(12);
});

test('the newest message comes without what its agent did, rather than not at all', async () => {
  const agent = scriptedAgent(async function* () {
    yield { type: 'thinking', text: 't'.repeat(100_000) };
    yield { type: 'message', delta: '"'.repeat(LIMITS.maxAnswerBytes / 2) };
  });
  const node = await startTestNode({ agents: [agent] });
  const ack = await node.say('go');
  await (await node.watch(ack.thread_id)).untilEnd(ack.run_id);
  const { messages } = snapshotOf(await subscribe(node, ack.thread_id));
  expect(messages.map(({ text, parts }) => [text.length, parts === undefined])).toEqual([
    [2, true],
    [LIMITS.maxAnswerBytes / 2, false],
  ]);
});

test('readers who come together, and while nothing happens, share one snapshot; who comes later gets a newer one', async () => {
  const node = await startTestNode({ agents: [scriptedAgent(async function* () {})] });
  const ack = await node.say('one');
  const watcher = await node.watch(ack.thread_id);
  await watcher.untilEnd(ack.run_id);
  const together = await Promise.all(Array.from({ length: 5 }, () => subscribe(node, ack.thread_id)));
  const [first] = together;
  for (const { snapshot } of together) expect(snapshot?.bytes).toBe(first?.snapshot?.bytes);
  expect((await subscribe(node, ack.thread_id)).snapshot?.bytes).toBe(first?.snapshot?.bytes);
  await node.threads.update('ada', ack.thread_id, { title: 'Another' });
  const renamed = await subscribe(node, ack.thread_id);
  expect(snapshotOf(renamed).thread.title).toBe('Another');
  const next = await node.say('two', { threadId: ack.thread_id });
  await watcher.untilEnd(next.run_id);
  const later = snapshotOf(await subscribe(node, ack.thread_id));
  expect(later.messages.map(({ text }) => text)).toEqual(['one', '', 'two', '']);
  const stranger = { ownerId: 'bob', threadId: ack.thread_id, deliver: () => undefined };
  expect(await node.feed.subscribe(stranger)).toMatchObject({ refusal: { code: 'thread_unknown' } });
});
