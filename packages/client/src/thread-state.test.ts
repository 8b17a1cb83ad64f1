import { type Message, type OpenRun, REASONS, type ThreadEvent } from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import { applyEvent } from './apply-event.ts';
import { applySnapshot, prependMessages } from './apply-snapshot.ts';
import { NetraError } from './netra-error.ts';
import { AT, event, snapshot, wholeRun } from './testing/thread-script.ts';
import {
  acceptOwnMessage,
  addOwnMessage,
  failOwnMessage,
  initialThreadState,
  type ThreadState,
} from './thread-state.ts';

const empty = initialThreadState('thr_1');
const play = (events: readonly ThreadEvent[], state: ThreadState = empty) => events.reduce(applyEvent, state);
const ack = { thread_id: 'thr_1', message_id: 'msg_u', run_id: 'run_1', epoch: 'epo_1', seq: 1 };
const own = { id: 'ref_1', text: 'Who am I?', createdAt: AT, sentWith: {} };

describe('a run of events', () => {
  test('becomes one message of the user and one of the agent, with all that it did in order', () => {
    const state = play(wholeRun());
    expect(state.messages.map(({ role, text, status }) => [role, text, status])).toEqual([
      ['user', 'Who am I?', 'complete'],
      ['agent', 'You are Ada.', 'complete'],
    ]);
    expect(state.messages[1]?.parts.map(({ type }) => type)).toEqual(['thinking', 'tool', 'text']);
    expect(state.openRuns).toEqual([]);
    expect(state.activeRun).toBeUndefined();
  });

  test('shows the run as queued, then running', () => {
    expect(play(wholeRun().slice(0, 1)).activeRun).toMatchObject({ runId: 'run_1', status: 'queued' });
    expect(play(wholeRun().slice(0, 2)).activeRun).toMatchObject({ runId: 'run_1', status: 'running' });
  });

  test('leaves messages that did not change the same objects', () => {
    const before = play(wholeRun().slice(0, 6));
    const after = play(wholeRun().slice(6, 7), before);
    expect(after.messages[0]).toBe(before.messages[0]);
    expect(after.messages[1]).not.toBe(before.messages[1]);
  });

  test('a reset discards the text that came before it', () => {
    const state = play([
      ...wholeRun().slice(0, 6),
      event(7, 'agent_message', { message_id: 'msg_a', delta: 'Afresh.', reset: true }),
    ]);
    expect(state.messages[1]?.text).toBe('Afresh.');
    expect(state.messages[1]?.parts.map(({ type }) => type)).toEqual(['thinking', 'tool', 'text']);
  });

  test('a failed run keeps its partial text and says why, what to do and whether to try again', () => {
    const failure = {
      code: 'run_interrupted',
      detail: 'The process ended.',
      fix: 'Send it again.',
      retryable: true,
      text: 'You are ',
      duration_ms: 9,
    } as const;
    const state = play([...wholeRun().slice(0, 6), event(7, 'agent_failed', failure)]);
    expect(state.messages[1]).toMatchObject({
      text: 'You are ',
      status: 'failed',
      reason: {
        code: 'run_interrupted',
        detail: 'The process ended.',
        fix: 'Send it again.',
        retryable: true,
      },
    });
    expect(state.activeRun).toBeUndefined();
  });

  test('a run that is cancelled before its first word still leaves a cancelled message', () => {
    const state = play([
      ...wholeRun().slice(0, 1),
      event(2, 'agent_cancelled', { by: 'user', duration_ms: 1 }),
    ]);
    expect(state.messages[1]).toMatchObject({ role: 'agent', status: 'cancelled', text: '' });
  });

  test('the terminal event has the last word on the text', () => {
    const state = play([
      ...wholeRun().slice(0, 6),
      event(7, 'agent_completed', { message_id: 'msg_a', text: 'Something else.', duration_ms: 1 }),
    ]);
    expect(state.messages[1]?.parts.at(-1)).toEqual({ type: 'text', text: 'Something else.' });
  });
});

describe('a message of our own', () => {
  test('is shown at once and keeps its key when the ack and its event come', () => {
    const sending = addOwnMessage(empty, own);
    expect(sending.messages[0]).toMatchObject({ key: 'ref_1', status: 'sending' });
    const accepted = acceptOwnMessage(sending, 'ref_1', ack);
    expect(accepted.messages[0]).toMatchObject({ key: 'ref_1', status: 'complete', messageId: 'msg_u' });
    const done = play(wholeRun('ref_1'), accepted);
    expect(done.messages.map(({ key }) => key)).toEqual(['ref_1', 'run_1']);
  });

  test('is reconciled by its event alone when the ack was lost', () => {
    const state = play(wholeRun('ref_1'), addOwnMessage(empty, own));
    expect(state.messages.filter(({ role }) => role === 'user')).toHaveLength(1);
  });

  test('is not doubled when a snapshot brought it before its ack', () => {
    const stored: Message = {
      message_id: 'msg_u',
      thread_id: 'thr_1',
      run_id: 'run_1',
      role: 'user',
      text: 'Who am I?',
      status: 'complete',
      created_at: AT,
    };
    const both = applySnapshot(addOwnMessage(empty, own), snapshot({ messages: [stored], last_seq: 1 }));
    expect(both.messages).toHaveLength(2);
    const state = acceptOwnMessage(both, 'ref_1', ack);
    expect(state.messages).toMatchObject([{ key: 'ref_1', messageId: 'msg_u', status: 'complete' }]);
  });

  test('stays with its reason when it is refused', () => {
    const state = failOwnMessage(addOwnMessage(empty, own), 'ref_1', new NetraError('rate_limited'));
    expect(state.messages[0]).toMatchObject({
      status: 'failed',
      reason: { code: 'rate_limited', retryable: true },
    });
  });

  test('stays after what another device says while it is on its way', () => {
    const state = play(
      [event(1, 'user_message', { message_id: 'msg_2', text: 'Hi', ref: 'ref_2' })],
      addOwnMessage(empty, own),
    );
    expect(state.messages.map(({ key }) => key)).toEqual(['msg_2', 'ref_1']);
  });
});

describe('a snapshot', () => {
  const openRun: OpenRun = {
    run_id: 'run_1',
    status: 'running',
    agent: 'guide',
    text: 'You ',
    open_tools: [{ tool_call_id: 'call_1', tool_name: 'who_am_i', arguments: {} }],
    open_approvals: [],
  };

  test('replaces what was there, and keeps what is not sent yet', () => {
    const before = addOwnMessage(play(wholeRun()), { ...own, id: 'ref_9', text: 'Next' });
    const state = applySnapshot(before, snapshot({ last_seq: 20 }));
    expect(state.messages.map(({ text }) => text)).toEqual(['Next']);
    expect(state.loading).toBe(false);
  });

  test('shows a run that is under way as streaming, and events continue it', () => {
    const state = applySnapshot(empty, snapshot({ runs: [openRun], last_seq: 5 }));
    expect(state.messages).toMatchObject([{ key: 'run_1', status: 'streaming', text: 'You ' }]);
    expect(state.messages[0]?.parts.map(({ type }) => type)).toEqual(['tool', 'text']);
    const next = applyEvent(state, event(6, 'agent_message', { message_id: 'msg_a', delta: 'are Ada.' }));
    expect(next.messages[0]?.text).toBe('You are Ada.');
  });

  test('keeps the reason of a failure that only this client has seen', () => {
    const failure = {
      code: 'model_unavailable',
      detail: 'd',
      fix: 'f',
      retryable: true,
      message_id: 'msg_a',
      duration_ms: 1,
    } as const;
    const before = play([...wholeRun().slice(0, 6), event(7, 'agent_failed', failure)]);
    const stored: Message = {
      message_id: 'msg_a',
      thread_id: 'thr_1',
      run_id: 'run_1',
      role: 'agent',
      text: 'You are ',
      status: 'partial',
      created_at: AT,
    };
    const state = applySnapshot(before, snapshot({ messages: [stored], last_seq: 7 }));
    expect(state.messages[0]).toMatchObject({ status: 'failed', reason: { code: 'model_unavailable' } });
  });

  test('says of a failure that nobody here has seen what the table says about its code', () => {
    const stored: Message = {
      message_id: 'msg_a',
      thread_id: 'thr_1',
      run_id: 'run_1',
      role: 'agent',
      text: 'You are ',
      status: 'partial',
      code: 'run_interrupted',
      created_at: AT,
    };
    const { title, fix } = REASONS.run_interrupted;
    const reason = { code: 'run_interrupted', title, fix, retryable: true };
    const state = applySnapshot(empty, snapshot({ messages: [stored], last_seq: 7 }));
    expect(state.messages[0]).toMatchObject({ status: 'failed', text: 'You are ', reason });
    const older = prependMessages(empty, [stored], false);
    expect(older.messages[0]).toMatchObject({ status: 'failed', reason });
  });

  test('leaves an answer without a code partial: somebody stopped it', () => {
    const stored: Message = {
      message_id: 'msg_a',
      thread_id: 'thr_1',
      run_id: 'run_1',
      role: 'agent',
      text: 'You are ',
      status: 'partial',
      created_at: AT,
    };
    const state = applySnapshot(empty, snapshot({ messages: [stored] }));
    expect(state.messages[0]?.status).toBe('partial');
    expect(state.messages[0]?.reason).toBeUndefined();
  });

  test('older pages go before it, without doubles', () => {
    const message = (n: number): Message => ({
      message_id: `msg_${n}`,
      thread_id: 'thr_1',
      role: 'user',
      text: String(n),
      status: 'complete',
      created_at: new Date(n * 1000).toISOString(),
    });
    const state = applySnapshot(empty, snapshot({ messages: [message(3)], older_cursor: 'c' }));
    expect(state.hasOlder).toBe(true);
    const more = prependMessages(state, [message(1), message(2), message(3)], false);
    expect(more.messages.map(({ text }) => text)).toEqual(['1', '2', '3']);
    expect(more.hasOlder).toBe(false);
  });
});
