import { ATTEMPT_ID_HEADER, isReasonCode, type ReasonCode } from '@netra/protocol';
import type { UpgradeAnswer } from './doctor-context.ts';

/** An answer of the server, taken apart. */
export interface Answer {
  readonly status: number;
  readonly json: unknown;
  /** Of a problem document. */
  readonly code?: ReasonCode;
  readonly attemptId?: string;
  /** From `Server`: who really answered. */
  readonly server?: string;
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return answerOf(response.status, text, (name) => response.headers.get(name) ?? undefined);
}

export function readUpgradeAnswer({ status, headers, body }: UpgradeAnswer): Answer {
  return answerOf(status, body, (name) => headers[name.toLowerCase()]);
}

function answerOf(status: number, text: string, header: (name: string) => string | undefined): Answer {
  const json = parse(text);
  const code = textOf(json, 'code');
  const attemptId = textOf(json, 'attempt_id') ?? header(ATTEMPT_ID_HEADER);
  const server = header('Server');
  return {
    status,
    json,
    ...(code !== undefined && isReasonCode(code) ? { code } : {}),
    ...(attemptId === undefined ? {} : { attemptId }),
    ...(server === undefined ? {} : { server }),
  };
}

export function textOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const member: unknown = Reflect.get(value, name);
  return typeof member === 'string' ? member : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
