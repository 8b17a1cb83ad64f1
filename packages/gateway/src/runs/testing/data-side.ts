import type { Agent, AgentEvent, Turn } from '@netra/agent';
import { agentFromRun } from '@netra/agent';
import { isTerminalEventType, newId, type Snapshot, snapshotSchema, type ThreadEvent } from '@netra/protocol';
import { createLogger, createPool, migrate } from '@netra/service';
import { createTestDatabase } from '@netra/service/testing';
import type { Pool, PoolConfig } from 'pg';
import { onTestFinished } from 'vitest';
import type { EncodedFrame } from '../../connections/encoded-frame.ts';
import type { EncodedSnapshot } from '../../event-log/shared-snapshots.ts';
import { gatewayMigrations } from '../../migrations.ts';
import { type Conversations, createConversations } from '../../threads/conversations.ts';
import type { PostRequest } from '../../threads/post.ts';
import type { RunTimings } from '../runner.ts';

const deadlineMs = 5_000;
const publicUrl = 'https://netra.test';

/** One process of a gateway, as far as its data goes. */
export interface Node extends Conversations {
  pool: Pool;
  /** A post with the usual fields; throws when it is refused. */
  say(text: string, request?: Partial<PostRequest>): ReturnType<typeof expectAck>;
  /** The thread's events from its first on, as they come. */
  watch(threadId: string, ownerId?: string): Promise<Watcher>;
}

export interface Watcher {
  events: ThreadEvent[];
  frames: string[];
  /** Resolves once the events fulfil the condition; throws after five seconds with what there was. */
  until(condition: (events: ThreadEvent[]) => boolean): Promise<ThreadEvent[]>;
  /** Until the run has ended; resolves to the run's own events. */
  untilEnd(runId: string): Promise<ThreadEvent[]>;
  close(): void;
}

export interface NodeOptions {
  agents: Agent[];
  timings?: Partial<RunTimings>;
  /** Default: the cluster's. */
  connection?: PoolConfig;
  onLogRenewed?: () => void;
}

export interface TestCluster {
  connection: PoolConfig;
  startNode(options: NodeOptions): Promise<Node>;
  /** All that were started. */
  stopNodes(): Promise<void>;
}

/** A fresh database, on which as many processes may run as the test likes. Gone when the test is over. */
export async function openTestCluster(): Promise<TestCluster> {
  const { connection, drop } = await createTestDatabase();
  const stops: (() => Promise<void>)[] = [];
  const stopNodes = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  onTestFinished(() => stopNodes().finally(drop));
  const log = createLogger({ level: 'silent' });
  const setup = createPool(connection, { schema: 'netra', maxConnections: 1 });
  await migrate({ pool: setup, schema: 'netra', migrations: await gatewayMigrations(), log });
  await setup.end();
  return {
    connection,
    stopNodes,
    async startNode({ agents, timings = {}, connection: own = connection, onLogRenewed = () => undefined }) {
      const pool = createPool(own, { schema: 'netra', maxConnections: 5 });
      const defaultAgent = agents[0]?.name ?? 'none';
      const about = { agents, defaultAgent, publicUrl, timings };
      const conversations = createConversations({ ...about, pool, log, onLogRenewed });
      await conversations.start();
      stops.push(async () => {
        await conversations.stop({ graceMs: 0 });
        await pool.end();
      });
      return withShortcuts(conversations, pool);
    },
  };
}

/** A database with one process. */
export async function startTestNode(options: NodeOptions): Promise<Node> {
  const cluster = await openTestCluster();
  return cluster.startNode(options);
}

function withShortcuts(conversations: Conversations, pool: Pool): Node {
  return {
    ...conversations,
    pool,
    say: (text, request = {}) =>
      expectAck(
        conversations.threads.post({
          ownerId: 'ada',
          user: { userId: 'ada', roles: ['user'], permissions: ['chat'] },
          clientId: newId('ref'),
          text,
          ...request,
        }),
      ),
    watch: (threadId, ownerId = 'ada') => watchThread(conversations, ownerId, threadId),
  };
}

async function expectAck(outcome: ReturnType<Conversations['threads']['post']>) {
  const posted = await outcome;
  if (!posted.ok) throw new Error(`refused: ${posted.refusal.code}`);
  return posted.ack;
}

async function watchThread(
  { feed, threads }: Conversations,
  ownerId: string,
  threadId: string,
): Promise<Watcher> {
  const thread = await threads.get(ownerId, threadId);
  if (!thread.ok) throw new Error(thread.refusal.code);
  const collector = createCollector();
  const { epoch } = thread.value;
  const subscription = await feed.subscribe({
    ownerId,
    threadId,
    epoch,
    afterSeq: 0,
    deliver: collector.deliver,
  });
  if (!subscription.ok) throw new Error(subscription.refusal.code);
  subscription.start();
  return { ...collector, close: subscription.close };
}

/** Takes what a subscription delivers. */
export function createCollector() {
  const events: ThreadEvent[] = [];
  const frames: string[] = [];
  const waiting = new Set<() => void>();
  const until = (condition: (events: ThreadEvent[]) => boolean): Promise<ThreadEvent[]> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!condition(events)) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve(events);
      };
      const timer = setTimeout(() => {
        waiting.delete(check);
        reject(new Error(`waited in vain; there was: ${events.map(({ type }) => type).join(' ')}`));
      }, deadlineMs);
      waiting.add(check);
      check();
    });
  return {
    events,
    frames,
    deliver({ text }: EncodedFrame, event: ThreadEvent): void {
      frames.push(text);
      events.push(event);
      for (const check of [...waiting]) check();
    },
    until,
    async untilEnd(runId: string): Promise<ThreadEvent[]> {
      const isEnd = (event: ThreadEvent): boolean =>
        event.run_id === runId && isTerminalEventType(event.type);
      await until((all) => all.some(isEnd));
      return events.filter((event) => event.run_id === runId && event.type !== 'user_message');
    },
  };
}

/** Asks again and again until the answer is there; throws after five seconds. */
export async function eventually<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  const endsAtMs = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > endsAtMs) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface ScriptOptions {
  name?: string;
  onInterrupt?: Agent['onInterrupt'];
}

/** An agent that does what the test says. */
export function scriptedAgent(
  run: (turn: Turn, signal: AbortSignal) => AsyncIterable<AgentEvent>,
  { name = 'script', onInterrupt = 'fail' }: ScriptOptions = {},
): Agent {
  return agentFromRun({ name, description: 'Does as it is told.', modelName: 'scripted', onInterrupt, run });
}

/** Answers with what it was told. */
export const echoAgent = scriptedAgent(async function* (turn) {
  yield { type: 'message', delta: `You said: ${turn.messages.at(-1)?.text ?? ''}` };
});

/** A promise that the test fulfils. */
export function createGate(): { opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Says one thing and waits for the answer; `lastSeq` is the thread's last event by then. */
export async function answered(node: Node) {
  const ack = await node.say('one');
  const watcher = await node.watch(ack.thread_id);
  await watcher.untilEnd(ack.run_id);
  watcher.close();
  return { ...ack, lastSeq: watcher.events.length };
}

/** Resumes at a place and leaves again: what the subscription began with. */
export async function resume(node: Node, threadId: string, place: { epoch: string; afterSeq: number }) {
  const { deliver } = createCollector();
  const outcome = await node.feed.subscribe({ ownerId: 'ada', threadId, ...place, deliver });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  outcome.close();
  return outcome;
}

/** What a subscription began with, where it was not resumed. */
export function snapshotOf({ snapshot }: { snapshot?: EncodedSnapshot }): Snapshot {
  return snapshotSchema.parse(JSON.parse(snapshot?.bytes.toString() ?? 'null'));
}

export function typesOf(events: ThreadEvent[]): string[] {
  return events.map(({ type }) => type);
}
