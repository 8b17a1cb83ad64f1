import { type Agent, AgentError, type AgentEvent } from '@netra/agent';
import type { Usage } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Claimed } from './claim.ts';
import {
  cancelledEnding,
  completedEnding,
  type EndingContext,
  failedEnding,
  failureBecause,
  failureOf,
  type StopReason,
  toolErrorFor,
} from './endings.ts';
import { createEventWriter } from './event-writer.ts';
import type { History } from './history.ts';
import type { Ending, SettleRequest } from './settle.ts';
import { createSteering, type SteeringMessage } from './steering.ts';
import { createTranscript, type TranscriptEntry } from './transcript.ts';

/** Why an execution ends before its agent does. `released`: another process goes on. `lost`: another one does already. */
export type Halt = StopReason | { kind: 'released' } | { kind: 'lost' };

/** A run while this process executes it. */
export interface Execution {
  halt(reason: Halt): void;
  steer(messages: SteeringMessage[]): void;
  /** Resolves when nothing of it is left here. Never rejects. */
  done: Promise<void>;
}

export interface ExecutionOptions extends Claimed {
  /** Absent: no such agent in this installation any more. */
  agent: Agent | undefined;
  timeoutMs: number;
  now: () => number;
  log: Logger;
  readHistory(): Promise<History>;
  /** Stores and delivers; false when the run is not ours any more. */
  append(entries: TranscriptEntry[], options: { isUrgent: boolean }): Promise<boolean>;
  settle(request: SettleRequest): Promise<void>;
  /** Stores what is left and lets go of the run. */
  release(entries: TranscriptEntry[]): Promise<void>;
}

type Outcome = { kind: 'completed' } | { kind: 'threw'; thrown: unknown } | Halt;

/** Lets the agent run, and writes down what it does until it ends or is halted, whether it listens to that or not. */
export function startExecution(options: ExecutionOptions): Execution {
  const { run, fence, parts, now, log } = options;
  const controller = new AbortController();
  const stop = createStop();
  const steering = createSteering();
  const transcript = createTranscript({ runId: run.run_id, messageId: run.message_id, now, parts });

  const halt = (reason: Halt): void => {
    stop.pull(reason);
    controller.abort();
  };
  const writer = createEventWriter({
    append: options.append,
    now,
    onBroken(cause) {
      if (cause !== undefined) log.error({ err: cause, run_id: run.run_id }, 'run: could not store events');
      halt({ kind: 'lost' });
    },
  });
  const runAgent = async (): Promise<Outcome> => {
    const { agent } = options;
    if (agent === undefined) return { kind: 'failed', code: 'agent_unknown' };
    const history = await options.readHistory();
    steering.markTaken(history.steeringIds);
    const turn = {
      threadId: run.thread_id,
      runId: run.run_id,
      user: run.requester,
      messages: history.messages,
      takeSteering: steering.take,
    };
    const events = () => agent.run(turn, controller.signal);
    return follow(events, stop, (event) => {
      const room = writer.push(transcript.take(event));
      if (transcript.isFull()) halt({ kind: 'failed', code: 'output_limit' });
      return room;
    });
  };

  const end = async (outcome: Outcome): Promise<void> => {
    const rest = await writer.drain();
    if (outcome.kind === 'lost') return;
    if (outcome.kind === 'released') return options.release(rest);
    if (outcome.kind === 'threw' && !(outcome.thrown instanceof AgentError)) {
      log.error(
        { err: outcome.thrown, run_id: run.run_id, agent: run.agent },
        'run: the agent failed unexpectedly',
      );
    }
    const entries = [...rest, ...transcript.closeTools(toolErrorFor(reasonOf(outcome)))];
    const usage = transcript.usage();
    const text = transcript.text();
    const ending = endingOf(outcome, { run, text, nowMs: now() }, usage);
    await options.settle({
      run,
      fence,
      atMs: now(),
      entries,
      ending,
      text,
      parts: transcript.parts(),
      usage,
      takenSteering: steering.taken(),
    });
  };

  const drive = async (): Promise<void> => {
    const timer = setTimeout(() => halt({ kind: 'failed', code: 'run_timeout' }), options.timeoutMs);
    try {
      await end(await runAgent());
    } catch (cause) {
      // The database is out of reach: the lease runs out, and a sweep ends or repeats the run.
      log.error({ err: cause, run_id: run.run_id }, 'run: given up on this process');
    } finally {
      clearTimeout(timer);
      controller.abort();
    }
  };

  return { halt, steer: steering.add, done: drive() };
}

/** Hands over event after event until the source ends, throws, or the execution is halted: then it waits for nobody. */
async function follow(
  open: () => AsyncIterable<AgentEvent>,
  stop: Stop,
  take: (event: AgentEvent) => Promise<void> | undefined,
): Promise<Outcome> {
  let iterator: AsyncIterator<AgentEvent>;
  try {
    iterator = open()[Symbol.asyncIterator]();
  } catch (thrown) {
    return { kind: 'threw', thrown };
  }
  for (;;) {
    // A halt that came first wins even where the agent has its next event ready.
    const step = await stop.orElse(iterator.next());
    if (step.kind !== 'next') {
      if (step.kind !== 'threw') iterator.return?.().catch(() => undefined);
      return step;
    }
    if (step.result.done === true) return { kind: 'completed' };
    const room = take(step.result.value);
    if (room !== undefined) await room;
  }
}

/** What ended the run, as its open tools are told. */
function reasonOf(outcome: Exclude<Outcome, { kind: 'released' } | { kind: 'lost' }>): StopReason {
  if (outcome.kind === 'completed') return { kind: 'failed', code: 'tool_failed' };
  if (outcome.kind === 'threw') return { kind: 'failed', code: failureOf(outcome.thrown).code };
  return outcome;
}

function endingOf(
  outcome: Exclude<Outcome, { kind: 'released' } | { kind: 'lost' }>,
  context: EndingContext,
  usage: Usage | undefined,
): Ending {
  switch (outcome.kind) {
    case 'completed':
      return completedEnding(context, usage);
    case 'threw':
      return failedEnding(context, failureOf(outcome.thrown));
    case 'failed':
      return failedEnding(context, failureBecause(outcome.code));
    case 'cancelled':
      return cancelledEnding(context, outcome.by);
  }
}

interface Stop {
  /** Only the first one counts. */
  pull(reason: Halt): void;
  /** The reason, if there is one before the agent took its next step. */
  orElse(next: Promise<IteratorResult<AgentEvent>>): Promise<Halt | Step>;
}

type Step = { kind: 'next'; result: IteratorResult<AgentEvent> } | { kind: 'threw'; thrown: unknown };

/** `Promise.race` would leave a reaction on the promise of the halt with every event of the run. */
function createStop(): Stop {
  let pulled: Halt | undefined;
  let tell: ((reason: Halt) => void) | undefined;
  return {
    pull(reason) {
      pulled ??= reason;
      tell?.(pulled);
    },
    orElse: (next) =>
      new Promise((resolve) => {
        tell = resolve;
        if (pulled !== undefined) resolve(pulled);
        next.then(
          (result) => resolve({ kind: 'next', result }),
          (thrown: unknown) => resolve({ kind: 'threw', thrown }),
        );
      }),
  };
}
