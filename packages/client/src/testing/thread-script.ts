import type {
  EventData,
  Snapshot,
  ThreadEvent,
  ThreadEventType,
  Thread as ThreadInfo,
} from '@netra/protocol';

export const AT = '2026-01-01T00:00:00.000Z';

/** An event of thread `thr_1` and run `run_1`, unless said otherwise. */
export function event<Type extends ThreadEventType>(
  seq: number,
  type: Type,
  data: EventData<Type>,
  overrides: Partial<Pick<ThreadEvent, 'run_id' | 'epoch' | 'thread_id'>> = {},
): ThreadEvent {
  const envelope = {
    event_id: `evt_${seq}`,
    thread_id: 'thr_1',
    run_id: 'run_1',
    seq,
    epoch: 'epo_1',
    at: AT,
    agent: 'guide',
    ...overrides,
  };
  // `type` and `data` belong together by the signature, which the union cannot see.
  return { ...envelope, type, data } as unknown as ThreadEvent;
}

export const threadInfo: ThreadInfo = {
  thread_id: 'thr_1',
  title: 'A thread',
  created_at: AT,
  updated_at: AT,
  last_seq: 0,
  epoch: 'epo_1',
};

export function snapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return { thread: threadInfo, messages: [], last_seq: 0, runs: [], ...overrides };
}

/** A whole run: question, thought, tool, answer. `seq` 1 to 8. */
export function wholeRun(ref = 'ref_x'): ThreadEvent[] {
  return [
    event(1, 'user_message', { message_id: 'msg_u', text: 'Who am I?', ref }),
    event(2, 'agent_started', { agent: 'guide', model: 'built-in' }),
    event(3, 'agent_thinking', { text: 'Let me look.' }),
    event(4, 'tool_executing', { tool_call_id: 'call_1', tool_name: 'who_am_i', arguments: {} }),
    event(5, 'tool_completed', {
      tool_call_id: 'call_1',
      tool_name: 'who_am_i',
      ok: true,
      result: { name: 'Ada' },
      duration_ms: 3,
    }),
    event(6, 'agent_message', { message_id: 'msg_a', delta: 'You are ' }),
    event(7, 'agent_message', { message_id: 'msg_a', delta: 'Ada.' }),
    event(8, 'agent_completed', { message_id: 'msg_a', text: 'You are Ada.', duration_ms: 20 }),
  ];
}
