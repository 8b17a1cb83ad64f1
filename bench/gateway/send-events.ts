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

export function sendEvents(targets: readonly EventTarget[], request: DeliverRequest): Promise<Delivered> {
  const { perSecond } = request;
  return perSecond === undefined
    ? sendFast(targets, request)
    : sendEvenly(targets, { ...request, perSecond });
}

/**
 * Gives every target `perTick` events per turn of the event loop. The next turn comes when no socket has anything
 * waiting: what is measured is the cost of sending, not that of a queue that nobody empties.
 */
async function sendFast(
  targets: readonly EventTarget[],
  { perTick, durationMs }: DeliverRequest,
): Promise<Delivered> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  let events = 0;
  while (performance.now() - startedMs < durationMs) {
    for (const [index, target] of targets.entries()) {
      const together: ThreadEvent[] = [];
      for (let repeat = 0; repeat < perTick; repeat++) together.push(eventOf(index, ++target.seq));
      target.send(together);
    }
    events += perTick * targets.length;
    await nextTurn();
    while (targets.some((target) => target.waitingBytes() > 0)) await delay(1);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { events, cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs };
}

/** One event for one target after the other, at a steady rate. Each says when it was made. */
async function sendEvenly(
  targets: readonly EventTarget[],
  { durationMs, perSecond }: DeliverRequest & { perSecond: number },
): Promise<Delivered> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const total = Math.floor((targets.length * perSecond * durationMs) / 1000);
  for (let events = 0; events < total; ) {
    const elapsedMs = performance.now() - startedMs;
    const due = Math.min(total, Math.floor((targets.length * perSecond * elapsedMs) / 1000));
    for (; events < due; events++) {
      const index = events % targets.length;
      const target = targets[index];
      target?.send([eventOf(index, ++target.seq, stampOf(monotonicMs()))]);
    }
    await delay(1);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { events: total, cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs };
}

/** One clock for all processes of the machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

const STAMP_START = '"delta":"at ';

function stampOf(atMs: number): string {
  return `at ${atMs.toFixed(3)}`;
}

/** When the events that are whole in these bytes were made. Costs as little as can be: one process has all clients. */
export function stampsIn(bytes: Buffer): number[] {
  const stamps: number[] = [];
  const text = bytes.toString('latin1');
  for (let at = text.indexOf(STAMP_START); at >= 0; at = text.indexOf(STAMP_START, at)) {
    at += STAMP_START.length;
    const end = text.indexOf('"', at);
    if (end > 0) stamps.push(Number(text.slice(at, end)));
  }
  return stamps;
}

/** 200 bytes as JSON, for the numbers of a short run. */
function eventOf(index: number, seq: number, delta = 'streaming text'): ThreadEvent {
  return {
    type: 'agent_message',
    event_id: 'evt_1',
    thread_id: threadOf(index),
    run_id: 'run_1',
    seq,
    epoch: 'e1',
    at: '2026-01-01T00:00:00.000Z',
    agent: 'bench',
    data: { message_id: 'msg_1', delta },
  };
}

export function threadOf(index: number): string {
  return `thr_${1000 + index}`;
}
