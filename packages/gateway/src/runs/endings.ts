import { AgentError } from '@netra/agent';
import { REASONS, type ReasonCode, type ToolError, type Usage } from '@netra/protocol';
import type { CancelledBy } from '../event-log/database.ts';
import type { Ending, RunRow } from './settle.ts';

/** Why the gateway itself ends a run that was still going. */
export type StopReason = { kind: 'cancelled'; by: CancelledBy } | { kind: 'failed'; code: ReasonCode };

export interface EndingContext {
  run: RunRow;
  text: string;
  nowMs: number;
}

export function completedEnding({ run, text, nowMs }: EndingContext, usage: Usage | undefined): Ending {
  return {
    status: 'completed',
    event: {
      type: 'agent_completed',
      data: {
        message_id: run.message_id,
        text,
        ...(usage === undefined ? {} : { usage }),
        duration_ms: durationMs(run, nowMs),
      },
    },
  };
}

export function cancelledEnding(context: EndingContext, by: CancelledBy): Ending {
  return {
    status: 'cancelled',
    event: {
      type: 'agent_cancelled',
      data: { by, ...answerSoFar(context), duration_ms: durationMs(context.run, context.nowMs) },
    },
  };
}

/** A failed run; what was not an AgentError is a defect, of which the client learns the code only. */
export function failedEnding(context: EndingContext, failure: RunFailure): Ending {
  return {
    status: 'failed',
    code: failure.code,
    event: {
      type: 'agent_failed',
      data: {
        code: failure.code,
        detail: failure.detail,
        fix: REASONS[failure.code].fix,
        retryable: failure.retryable,
        ...answerSoFar(context),
        duration_ms: durationMs(context.run, context.nowMs),
      },
    },
  };
}

export interface RunFailure {
  code: ReasonCode;
  detail: string;
  retryable: boolean;
}

/** What a thrown value means for the user. */
export function failureOf(thrown: unknown): RunFailure {
  if (!(thrown instanceof AgentError)) return failureBecause('internal_error');
  const { code, detail, retryable } = thrown;
  return { code, detail, retryable };
}

/** A failure that the gateway decided on: its words come from the table. */
export function failureBecause(code: ReasonCode): RunFailure {
  return { code, detail: REASONS[code].meaning, retryable: REASONS[code].advice !== 'never' };
}

/** What the calls that were still open are told. */
export function toolErrorFor(reason: StopReason): ToolError {
  if (reason.kind === 'failed') return { code: reason.code, detail: REASONS[reason.code].meaning };
  return { code: 'tool_failed', detail: 'The run was cancelled before the tool was done.' };
}

function answerSoFar({ run, text }: EndingContext): { message_id?: string; text?: string } {
  return text === '' ? {} : { message_id: run.message_id, text };
}

function durationMs({ started_at }: RunRow, nowMs: number): number {
  return started_at === null ? 0 : Math.max(0, nowMs - started_at.getTime());
}
