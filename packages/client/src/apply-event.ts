import type { MessagePart, ThreadEvent } from '@netra/protocol';
import { applyEventToParts, REASONS, textOfParts } from '@netra/protocol';
import {
  type ActiveRun,
  confirmed,
  type MessageReason,
  type MessageView,
  type ThreadState,
  updateMessage,
  withOpenRuns,
} from './thread-state.ts';

type EventOf<Type extends ThreadEvent['type']> = Extract<ThreadEvent, { type: Type }>;

/** The state after one more event of the thread. Pure; the caller sees to order and duplicates. */
export function applyEvent(state: ThreadState, event: ThreadEvent): ThreadState {
  switch (event.type) {
    case 'user_message':
      return withRun(withUserMessage(state, event), event, 'queued');
    case 'agent_started':
      return withRun(
        withAgentMessage(state, event, (view) => view),
        event,
        'running',
      );
    case 'agent_thinking':
    case 'tool_executing':
    case 'tool_completed':
      return withAgentMessage(state, event, (view) => withParts(view, applyEventToParts(view.parts, event)));
    case 'agent_message':
      return withAgentMessage(state, event, (view) => ({
        ...withParts(view, applyEventToParts(view.parts, event)),
        messageId: event.data.message_id,
      }));
    case 'approval_requested':
      return withRun(state, event, 'waiting_approval');
    case 'approval_resolved':
      return withRun(state, event, 'running');
    case 'agent_completed':
      return withoutRun(
        withAgentMessage(state, event, (view) => completed(view, event)),
        event.run_id,
      );
    case 'agent_failed':
      return withoutRun(
        withAgentMessage(state, event, (view) => failed(view, event)),
        event.run_id,
      );
    case 'agent_cancelled':
      return withoutRun(
        withAgentMessage(state, event, (view) => cancelled(view, event)),
        event.run_id,
      );
  }
}

function withUserMessage(state: ThreadState, event: EventOf<'user_message'>): ThreadState {
  const { message_id, text, ref } = event.data;
  const known = state.messages.find((view) => view.key === ref || view.messageId === message_id);
  if (known !== undefined) {
    return updateMessage(state, known.key, (view) => ({
      ...confirmed(view, message_id, event.run_id),
      createdAt: event.at,
    }));
  }
  const view: MessageView = {
    key: message_id,
    role: 'user',
    text,
    parts: [],
    status: 'complete',
    createdAt: event.at,
    messageId: message_id,
    runId: event.run_id,
  };
  return insert(state, view);
}

/** Changes the agent's message of the event's run, which begins with whatever event of it comes first. */
function withAgentMessage(
  state: ThreadState,
  event: ThreadEvent,
  change: (view: MessageView) => MessageView,
): ThreadState {
  const isKnown = state.messages.some((view) => view.key === event.run_id);
  if (isKnown) return updateMessage(state, event.run_id, change);
  const view: MessageView = {
    key: event.run_id,
    role: 'agent',
    text: '',
    parts: [],
    status: 'streaming',
    createdAt: event.at,
    runId: event.run_id,
    agent: event.agent,
  };
  return insert(state, change(view));
}

/** What the log has goes before what is still on its way to it. */
function insert(state: ThreadState, view: MessageView): ThreadState {
  const { messages } = state;
  let end = messages.length;
  while (end > 0 && messages[end - 1]?.status === 'sending') end -= 1;
  return { ...state, messages: [...messages.slice(0, end), view, ...messages.slice(end)] };
}

function withParts(view: MessageView, parts: readonly MessagePart[]): MessageView {
  return parts === view.parts ? view : { ...view, parts, text: textOfParts(parts) };
}

function completed(view: MessageView, { data }: EventOf<'agent_completed'>): MessageView {
  return { ...withFinalText(view, data.text), status: 'complete', messageId: data.message_id };
}

function failed(view: MessageView, { data }: EventOf<'agent_failed'>): MessageView {
  const reason: MessageReason = {
    code: data.code,
    // A newer server may have codes that this client does not know.
    title: Object.hasOwn(REASONS, data.code) ? REASONS[data.code].title : data.code,
    detail: data.detail,
    fix: data.fix,
    retryable: data.retryable,
  };
  return { ...ended(view, data), status: 'failed', reason };
}

function cancelled(view: MessageView, { data }: EventOf<'agent_cancelled'>): MessageView {
  return { ...ended(view, data), status: 'cancelled' };
}

function ended(
  view: MessageView,
  data: { message_id?: string | undefined; text?: string | undefined },
): MessageView {
  const final = data.text === undefined ? view : withFinalText(view, data.text);
  return data.message_id === undefined ? final : { ...final, messageId: data.message_id };
}

/** The terminal event has the last word on the text. */
function withFinalText(view: MessageView, text: string): MessageView {
  if (view.text === text) return view;
  const others = view.parts.filter(({ type }) => type !== 'text');
  return { ...view, text, parts: text === '' ? others : [...others, { type: 'text', text }] };
}

/** A run only moves forward: a steering message does not queue again what is running. */
function withRun(state: ThreadState, event: ThreadEvent, status: ActiveRun['status']): ThreadState {
  const run: ActiveRun = { runId: event.run_id, status, agent: event.agent };
  const isKnown = state.openRuns.some(({ runId }) => runId === run.runId);
  if (!isKnown) return withOpenRuns(state, [...state.openRuns, run]);
  if (status === 'queued') return state;
  return withOpenRuns(
    state,
    state.openRuns.map((open) => (open.runId === run.runId ? run : open)),
  );
}

function withoutRun(state: ThreadState, runId: string): ThreadState {
  return withOpenRuns(
    state,
    state.openRuns.filter((open) => open.runId !== runId),
  );
}
