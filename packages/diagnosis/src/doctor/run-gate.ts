import { startDeadline } from '../deadline.ts';
import { createAccessToken } from './access-token.ts';
import { nextFrame, openSocket } from './conversation.ts';
import type { DoctorContext, DoctorVisit } from './doctor-context.ts';
import { DoctorRefusal } from './refusal.ts';

/** What handshakes must hold before a deploy gets traffic. */
export const GATE_LIMITS = { minSuccessRate: 0.99, maxAverageMs: 3_000, maxMs: 5_000 } as const;

export interface GateOptions {
  /** Default 20, one after the other. */
  readonly handshakes?: number;
  readonly signal?: AbortSignal;
  /** For all of them. Default 60 s; those that it cuts off count as failed. */
  readonly budgetMs?: number;
  /** Monotonic milliseconds. Default `performance.now`. */
  readonly clock?: () => number;
}

export interface GateReport {
  readonly ok: boolean;
  readonly handshakes: number;
  readonly succeeded: number;
  /** 0-1. */
  readonly success_rate: number;
  readonly average_ms: number;
  readonly max_ms: number;
  /** What is not held, in sentences; empty when the gate is open. */
  readonly broken: readonly string[];
  /** How the failed ones ended, by code, or `no_answer`. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Opens real connections, from the ticket to `connection_established`, and holds them against the limits. */
export async function runGate(visit: DoctorVisit, options: GateOptions = {}): Promise<GateReport> {
  const { handshakes = 20, budgetMs = 60_000, clock = () => performance.now() } = options;
  const deadline = startDeadline(budgetMs, options.signal);
  const { signal } = deadline;
  const context: DoctorContext = { ...visit, signal, accessToken: createAccessToken(visit, signal) };
  const durationsMs: number[] = [];
  const failures: Record<string, number> = {};
  for (let number = 0; number < handshakes; number++) {
    const startedAt = clock();
    const failure = await connectOnce(context);
    if (failure === undefined) durationsMs.push(clock() - startedAt);
    else failures[failure] = (failures[failure] ?? 0) + 1;
  }
  deadline.release();
  return judge({ handshakes, durationsMs, failures });
}

/** How it failed, or nothing. */
async function connectOnce(context: DoctorContext): Promise<string | undefined> {
  try {
    context.signal.throwIfAborted();
    const socket = await openSocket(context);
    const { type } = await nextFrame(socket, context.signal).finally(() => socket.close());
    return type === 'connection_established' ? undefined : 'no_answer';
  } catch (cause) {
    return cause instanceof DoctorRefusal
      ? (cause.answer.code ?? `http_${cause.answer.status}`)
      : 'no_answer';
  }
}

function judge(measured: {
  handshakes: number;
  durationsMs: readonly number[];
  failures: Record<string, number>;
}): GateReport {
  const { handshakes, durationsMs, failures } = measured;
  const succeeded = durationsMs.length;
  const successRate = handshakes === 0 ? 0 : succeeded / handshakes;
  const averageMs = Math.round(durationsMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, succeeded));
  const maxMs = Math.round(Math.max(0, ...durationsMs));
  const { minSuccessRate, maxAverageMs, maxMs: limitMs } = GATE_LIMITS;
  const broken = [
    ...(successRate > minSuccessRate
      ? []
      : [`${succeeded} of ${handshakes} handshakes succeeded; more than ${minSuccessRate * 100} % must.`]),
    ...(averageMs < maxAverageMs
      ? []
      : [`They took ${averageMs} ms on average; it must be below ${maxAverageMs} ms.`]),
    ...(maxMs <= limitMs ? [] : [`The longest took ${maxMs} ms; none may take over ${limitMs} ms.`]),
  ];
  return {
    ok: broken.length === 0,
    handshakes,
    succeeded,
    success_rate: successRate,
    average_ms: averageMs,
    max_ms: maxMs,
    broken,
    failures,
  };
}
