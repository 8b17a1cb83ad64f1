import type { Message, MessagePart, OpenRun, Snapshot } from '@netra/protocol';
import { NetraError } from './netra-error.ts';
import {
  type ActiveRun,
  type MessageView,
  messageReason,
  type ThreadState,
  withOpenRuns,
} from './thread-state.ts';

/** A snapshot replaces everything but what is not on the server yet. Keys stay what they were, so nothing flickers. */
export function applySnapshot(state: ThreadState, snapshot: Snapshot): ThreadState {
  const known = indexViews(state.messages);
  const openViews = new Map(
    snapshot.runs.filter(hasBegun).map((run) => [run.run_id, viewOfRun(run, snapshot, known)]),
  );
  const messages = snapshot.messages.map((message) => {
    const view = viewOfMessage(message, known);
    const open = openViews.get(view.key);
    if (open === undefined) return view;
    openViews.delete(view.key);
    return open;
  });
  const shown = new Set(messages.map(({ key }) => key));
  const unsent = state.messages.filter((view) => isUnsent(view) && !shown.has(view.key));
  const { error: _error, ...rest } = state;
  return withOpenRuns(
    {
      ...rest,
      threadId: snapshot.thread.thread_id,
      thread: snapshot.thread,
      messages: [...messages, ...openViews.values(), ...unsent],
      loading: false,
      hasOlder: snapshot.older_cursor !== undefined,
    },
    snapshot.runs.map(activeRunOf).filter((run) => run !== undefined),
  );
}

/** Puts a page of older messages, in whatever order it comes, before the others. */
export function prependMessages(
  state: ThreadState,
  page: readonly Message[],
  hasOlder: boolean,
): ThreadState {
  const known = indexViews(state.messages);
  const shown = new Set(state.messages.map(({ key }) => key));
  const older = page.map((message) => viewOfMessage(message, known)).filter(({ key }) => !shown.has(key));
  const isNewestFirst = (older[0]?.createdAt ?? '') > (older.at(-1)?.createdAt ?? '');
  if (isNewestFirst) older.reverse();
  return { ...state, messages: [...older, ...state.messages], hasOlder, loadingOlder: false };
}

type KnownViews = ReadonlyMap<string, MessageView>;

/** By message id, and agents' messages by run id as well: a streaming one may not have a message id yet. */
function indexViews(messages: readonly MessageView[]): KnownViews {
  const index = new Map<string, MessageView>();
  for (const view of messages) {
    if (view.role === 'agent') index.set(view.key, view);
    if (view.messageId !== undefined) index.set(view.messageId, view);
  }
  return index;
}

function viewOfMessage(message: Message, known: KnownViews): MessageView {
  const ownKey = message.role === 'agent' ? (message.run_id ?? message.message_id) : message.message_id;
  const before = known.get(message.message_id) ?? known.get(ownKey);
  const agent = message.agent ?? before?.agent;
  const view: MessageView = {
    key: before?.key ?? ownKey,
    role: message.role,
    text: message.text,
    parts: message.role === 'agent' ? (message.parts ?? textParts(message.text)) : [],
    status: message.status,
    createdAt: message.created_at,
    messageId: message.message_id,
    ...(message.run_id === undefined ? {} : { runId: message.run_id }),
    ...(agent === undefined ? {} : { agent }),
  };
  return message.status === 'partial' ? withEnding(view, message.code, before) : view;
}

/** A stored message has the code of a failure at most; this client may have seen more of how it ended. */
function withEnding(view: MessageView, code: Message['code'], before: MessageView | undefined): MessageView {
  if (before?.status === 'failed' || before?.status === 'cancelled') {
    const { status, reason } = before;
    return { ...view, status, ...(reason === undefined ? {} : { reason }) };
  }
  if (code === undefined) return view;
  return { ...view, status: 'failed', reason: messageReason(new NetraError(code)) };
}

function viewOfRun(run: OpenRun, snapshot: Snapshot, known: KnownViews): MessageView {
  const before = known.get(run.run_id);
  return {
    key: run.run_id,
    role: 'agent',
    text: run.text,
    parts: run.parts ?? [
      ...run.open_tools.map((tool) => ({ type: 'tool' as const, ...tool })),
      ...textParts(run.text),
    ],
    status: 'streaming',
    createdAt: before?.createdAt ?? snapshot.thread.updated_at,
    runId: run.run_id,
    agent: run.agent,
    ...(run.message_id === undefined ? {} : { messageId: run.message_id }),
  };
}

function textParts(text: string): MessagePart[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function hasBegun(run: OpenRun): boolean {
  return run.status !== 'queued';
}

function isUnsent(view: MessageView): boolean {
  return view.role === 'user' && view.messageId === undefined;
}

function activeRunOf({ run_id, status, agent }: OpenRun): ActiveRun | undefined {
  if (status !== 'queued' && status !== 'running' && status !== 'waiting_approval') return undefined;
  return { runId: run_id, status, agent };
}
