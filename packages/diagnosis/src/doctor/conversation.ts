import {
  BEARER_SUBPROTOCOL_PREFIX,
  isTerminalEventType,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
  ticketResponseSchema,
} from '@netra/protocol';
import type { DoctorContext, DoctorSocket } from './doctor-context.ts';
import { readAnswer, readUpgradeAnswer, textOf } from './read-answer.ts';
import { DoctorRefusal } from './refusal.ts';
import { RefusedUpgrade } from './refused-upgrade.ts';

/** A frame as far as the doctor reads it. */
export interface Frame {
  readonly type: string;
  readonly seq?: number;
  readonly epoch?: string;
  readonly thread_id?: string;
  readonly run_id?: string;
  /** Of an `error` frame, or in `data` of a failed run. */
  readonly code?: string;
  /** What the user is told of it; found like `code`. */
  readonly detail?: string;
  readonly server_time?: string;
  readonly recovered?: boolean;
  readonly attempt_id?: string;
}

/** Asks for something that makes the built-in guide use a tool. */
export const DOCTOR_TEXT = 'What is the service status?';

export function socketUrl(url: string): string {
  return `${url.replace(/^http/, 'ws')}/ws`;
}

/** As a browser does it. Rejects with a `DoctorRefusal`. */
export async function takeTicket({ url, network, signal, accessToken }: DoctorContext): Promise<string> {
  const response = await network.fetch(`${url}/v1/ws/ticket`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await accessToken()}`, 'Content-Type': 'application/json' },
    body: '{}',
    signal,
  });
  const answer = await readAnswer(response);
  const parsed = ticketResponseSchema.safeParse(answer.json);
  if (!response.ok || !parsed.success) throw new DoctorRefusal(answer);
  return parsed.data.ticket;
}

/** An open socket, by ticket or by token, in the two ways in which browsers do it. Rejects with a `DoctorRefusal`. */
export async function openSocket(
  context: DoctorContext,
  by: 'ticket' | 'bearer' = 'ticket',
): Promise<DoctorSocket> {
  const { url, network, signal, accessToken } = context;
  const credential =
    by === 'ticket'
      ? `${TICKET_SUBPROTOCOL_PREFIX}${await takeTicket(context)}`
      : `${BEARER_SUBPROTOCOL_PREFIX}${await accessToken()}`;
  try {
    return await network.openSocket(socketUrl(url), { protocols: [SUBPROTOCOL, credential], signal });
  } catch (cause) {
    if (cause instanceof RefusedUpgrade) throw new DoctorRefusal(readUpgradeAnswer(cause.answer));
    throw cause;
  }
}

export async function nextFrame(socket: DoctorSocket, signal: AbortSignal): Promise<Frame> {
  return readFrame(await socket.next(signal));
}

/** Undefined members are left out by JSON; what is no frame has the type ''. */
function readFrame(text: string): Frame {
  const value: unknown = JSON.parse(text);
  const data: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'data') : undefined;
  // Only the members above are read, each of them optional.
  const frame = value as Partial<Frame>;
  const code = frame.code ?? textOf(data, 'code');
  const detail = frame.detail ?? textOf(data, 'detail');
  return {
    ...frame,
    type: frame.type ?? '',
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** Reads until the run has ended, or `isEnough` says so; gives the frames of threads only. */
export async function readRun(
  socket: DoctorSocket,
  signal: AbortSignal,
  isEnough: (frame: Frame) => boolean = () => false,
): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (;;) {
    const frame = await nextFrame(socket, signal);
    if (frame.type === 'error') return [...frames, frame];
    if (frame.seq === undefined || frame.type === 'ack') continue;
    frames.push(frame);
    if (isTerminalEventType(frame.type) || isEnough(frame)) return frames;
  }
}

/** Takes away what the doctor wrote. Best effort: a thread that stays is no finding. */
export async function deleteThread(
  { url, network, signal, accessToken }: DoctorContext,
  threadId: string | undefined,
): Promise<void> {
  if (threadId === undefined) return;
  const headers = { Authorization: `Bearer ${await accessToken()}` };
  await network
    .fetch(`${url}/v1/threads/${threadId}`, { method: 'DELETE', headers, signal })
    .catch(() => undefined);
}
