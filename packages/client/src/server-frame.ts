import type { ServerFrame, ThreadEvent } from '@netra/protocol';

/**
 * What a frame must have before anything is done with it. The server checks its frames against the schemas of the
 * protocol; here only what the client would trip over is checked, which spares the browser the schema library.
 */
const REQUIRED: Readonly<
  Record<ServerFrame['type'], Readonly<Record<string, 'string' | 'number' | 'object' | 'boolean'>>>
> = {
  connection_established: {
    connection_id: 'string',
    user_id: 'string',
    heartbeat_ms: 'number',
    max_frame_bytes: 'number',
  },
  ack: {},
  pong: {},
  heartbeat: {},
  error: { code: 'string', detail: 'string', fix: 'string', retry: 'object' },
  token_expiring: {},
  token_renewed: {},
  subscribed: { thread_id: 'string', epoch: 'string', last_seq: 'number', recovered: 'boolean' },
  thread_created: { thread: 'object' },
  thread_updated: { thread: 'object' },
  thread_deleted: { thread: 'object' },
  draining: { reconnect_after_ms: 'number' },
  ...eventTypes(),
};

/** Reads one frame. Undefined for what this client does not know or cannot use: the protocol says to ignore it. */
export function decodeServerFrame(data: unknown): ServerFrame | undefined {
  if (typeof data !== 'string') return undefined;
  const value = parseObject(data);
  const type = value?.type;
  if (value === undefined || typeof type !== 'string' || !Object.hasOwn(REQUIRED, type)) return undefined;
  // `type` is an own key of the table.
  const required = REQUIRED[type as ServerFrame['type']];
  for (const [field, kind] of Object.entries(required)) {
    if (typeof value[field] !== kind || value[field] === null) return undefined;
  }
  // Checked as far as this client needs; the rest is the contract's promise.
  return value as unknown as ServerFrame;
}

export function isThreadEvent(frame: ServerFrame): frame is ThreadEvent {
  return 'seq' in frame && 'data' in frame;
}

function eventTypes() {
  const event = {
    thread_id: 'string',
    run_id: 'string',
    seq: 'number',
    epoch: 'string',
    at: 'string',
    data: 'object',
  } as const;
  return {
    user_message: event,
    agent_started: event,
    agent_thinking: event,
    tool_executing: event,
    tool_completed: event,
    agent_message: event,
    approval_requested: event,
    approval_resolved: event,
    agent_completed: event,
    agent_failed: event,
    agent_cancelled: event,
  } as const satisfies Record<ThreadEvent['type'], unknown>;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // JSON objects have string keys only.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
