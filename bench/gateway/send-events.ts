import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { ThreadEvent } from '@netra/protocol';
import type { Delivered, DeliverRequest } from './contender.ts';

/** One socket's end: takes an event object, and says what of it still waits. */
export interface EventTarget {
  /** Of the last event. */
  seq: number;
  /** What was stored together is sent together. */
  send(events: ThreadEvent[]): void;
  waitingBytes(): number;
}

/**
 * Gives every target `perTick` events per turn of the event loop. The next turn comes when no socket has anything
 * waiting: what is measured is the cost of sending, not that of a queue that nobody empties.
 */
export async function sendEvents(
  targets: readonly EventTarget[],
  { perTick, durationMs, perSecond }: DeliverRequest,
): Promise<Delivered> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  let events = 0;
  for (let turn = 0; performance.now() - startedMs < durationMs; turn++) {
    for (const [index, target] of targets.entries()) {
      const together: ThreadEvent[] = [];
      for (let repeat = 0; repeat < perTick; repeat++) together.push(eventOf(index, ++target.seq));
      target.send(together);
    }
    events += perTick * targets.length;
    await nextTurn();
    while (targets.some((target) => target.waitingBytes() > 0)) await delay(1);
    const dueMs = perSecond === undefined ? 0 : ((turn + 1) * perTick * 1000) / perSecond;
    const aheadMs = startedMs + dueMs - performance.now();
    if (aheadMs > 0) await delay(aheadMs);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { events, cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs };
}

/** 200 bytes as JSON, for the numbers of a short run. */
function eventOf(index: number, seq: number): ThreadEvent {
  return {
    type: 'agent_message',
    event_id: 'evt_1',
    thread_id: threadOf(index),
    run_id: 'run_1',
    seq,
    epoch: 'e1',
    at: '2026-01-01T00:00:00.000Z',
    agent: 'bench',
    data: { message_id: 'msg_1', delta: 'streaming text' },
  };
}

export function threadOf(index: number): string {
  return `thr_${1000 + index}`;
}
