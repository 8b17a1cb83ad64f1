import {
  type ConnectionReason,
  type MessageView,
  NetraError,
  type NetraErrorCode,
  type ThreadState,
} from '@netra/client';
import type { MessagePart, SignedInUser, Thread } from '@netra/protocol';
import { consoleScenes } from './console-scenes.ts';
import type { Scene } from './fake-client.ts';

const user: SignedInUser = {
  user_id: 'usr_1',
  email: 'ada.lovelace@example.com',
  name: 'Ada Lovelace',
  roles: ['user'],
  permissions: ['chat'],
};
const nowMs = Date.now();
const ago = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();

function thread(id: string, title: string, minutes: number): Thread {
  return {
    thread_id: id,
    title,
    agent: 'guide',
    created_at: ago(minutes),
    updated_at: ago(minutes),
    last_seq: 9,
    epoch: 'e1',
  };
}

const threads: readonly Thread[] = [
  thread('thr_1', 'Why would a connection be refused?', 2),
  thread('thr_2', 'Who am I?', 40),
  thread('thr_3', 'Rotating the signing key without dropping anybody who is connected right now', 60 * 26),
  thread('thr_4', 'Staging: 503 keys_unavailable', 60 * 27),
  thread('thr_5', 'Setting up nginx for WebSockets', 60 * 24 * 4),
  thread('thr_6', 'What does close code 3008 mean?', 60 * 24 * 20),
];

const search: MessagePart = {
  type: 'tool',
  tool_call_id: 'call_1',
  tool_name: 'search_docs',
  purpose: 'Finds what the documentation says about refusals',
  arguments: { query: 'connection refused', limit: 3 },
  ok: true,
  result: {
    hits: [
      { title: 'Opening the WebSocket', path: 'docs/protocol.md', score: 14.2 },
      { title: 'Reasons', path: 'docs/reasons.md', score: 11.8 },
    ],
  },
  duration_ms: 12,
};
const largeSearch: MessagePart = {
  type: 'tool',
  tool_call_id: 'call_9',
  tool_name: 'list_connections',
  purpose: 'Lists every connection of the last day',
  arguments: { hours: 24 },
  ok: true,
  result_ref: { url: '/v1/runs/run_1/tools/call_9/result', bytes: 1_284_113, media_type: 'application/json' },
  duration_ms: 812,
};
const manyConnections = Array.from({ length: 9_000 }, (_, index) => ({
  connection_id: `con_${index}`,
  close_code: 1000,
  opened_at: new Date(Date.UTC(2026, 0, 1) + index * 9_600).toISOString(),
}));
const thinking: MessagePart = {
  type: 'thinking',
  text: 'The question is about refusals in general.\nThe documentation has a table of reasons; the recent refusals of this user may also help.',
};
const refusals: MessagePart = {
  type: 'tool',
  tool_call_id: 'call_2',
  tool_name: 'recent_refusals',
  purpose: 'Looks for refused connections of yours',
  arguments: { limit: 5 },
};
const answer = `Your connections are **not being refused** at the moment. In general there are three kinds of reasons:

| Kind | Status | What helps |
| --- | --- | --- |
| The credential is not accepted | 401 | Sign in again, or take a new token |
| You may not do this | 403 | Ask whoever runs the installation |
| Something is out of reach | 503 | Wait; the page keeps trying |

### To see it for yourself

1. Open the page that has the problem.
2. Copy the attempt id, for example \`att_7Fq2\`.
3. Ask for the reason:

\`\`\`sh
netra why att_7Fq2 --format md
\`\`\`

- [x] The server is ready
- [ ] A model key is set

> The code says what was seen; a root cause says what to mend.

More in the [protocol](https://example.com/docs/protocol). *From the tool* \`search_docs\`.`;

function question(text: string, more: Partial<MessageView> = {}): MessageView {
  return { key: `q-${text}`, role: 'user', text, parts: [], status: 'complete', createdAt: ago(3), ...more };
}

function reply(parts: readonly MessagePart[], more: Partial<MessageView> = {}): MessageView {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return {
    key: 'a',
    role: 'agent',
    agent: 'guide',
    text,
    parts,
    status: 'complete',
    createdAt: ago(2),
    runId: 'run_1',
    ...more,
  };
}

function chat(messages: readonly MessageView[], more: Partial<ThreadState> = {}): ThreadState {
  const info = threads[0];
  return {
    threadId: 'thr_1',
    ...(info === undefined ? {} : { thread: info }),
    messages,
    openRuns: [],
    loading: false,
    hasOlder: false,
    loadingOlder: false,
    ...more,
  };
}

const run = { runId: 'run_1', status: 'running', agent: 'guide' } as const;
const running: Partial<ThreadState> = { openRuns: [run], activeRun: run };

function reason(code: NetraErrorCode, detail?: string): ConnectionReason {
  const { title, fix } = new NetraError(code);
  return { code, title, fix, ...(detail === undefined ? {} : { detail }) };
}

const asked = question('Why would a connection be refused?');
const finished = chat([
  asked,
  reply([
    thinking,
    search,
    { ...refusals, ok: true, result: [], duration_ms: 1_340 },
    { type: 'text', text: answer },
  ]),
]);
const at = { path: '/chat/thr_1', user, threads };

const large = chat([asked, reply([largeSearch, { type: 'text', text: 'There were 9,000 connections.' }])]);

export const scenes: Readonly<Record<string, Scene>> = {
  'sign-in': { path: '/sign-in' },
  'sign-in-error': {
    path: '/sign-in',
    signInError: new NetraError('credential_missing', { authCode: 'INVALID_EMAIL_OR_PASSWORD' }),
  },
  'sign-up': { path: '/sign-up' },
  'sign-up-error': {
    path: '/sign-up',
    signInError: new NetraError('request_malformed', {
      authCode: 'VALIDATION_ERROR',
      detail: '[body.email] Invalid email address',
    }),
  },
  'nothing-here': { path: '/chat/thr_1/more', user },
  'console-closed': { path: '/console', user },
  ...consoleScenes,
  link: { path: '/sign-in/link#tok' },
  'link-incomplete': { path: '/sign-in/link' },
  unreachable: { path: '/', sessionError: new NetraError('server_unreachable') },
  checking: { path: '/', isChecking: true },
  empty: { path: '/', user },
  chat: { ...at, thread: finished },
  'large-result': { ...at, thread: large },
  'large-result-shown': { ...at, thread: large, largeResult: { value: manyConnections } },
  'large-result-error': { ...at, thread: large, largeResult: { error: new NetraError('run_unknown') } },
  streaming: {
    ...at,
    thread: chat([asked, reply([thinking, search, refusals], { status: 'streaming' })], running),
  },
  writing: {
    ...at,
    thread: chat(
      [
        asked,
        reply([thinking, search, { type: 'text', text: answer.slice(0, 420) }], { status: 'streaming' }),
      ],
      running,
    ),
  },
  thinking: { ...at, thread: chat([asked, reply([thinking], { status: 'streaming' })], running) },
  queued: {
    ...at,
    thread: chat([asked], {
      openRuns: [{ ...run, status: 'queued' }],
      activeRun: { ...run, status: 'queued' },
    }),
  },
  failed: {
    ...at,
    thread: chat([
      asked,
      reply(
        [
          thinking,
          { ...search, ok: false, error: { code: 'tool_failed', detail: 'The index is not built.' } },
          { type: 'text', text: 'I started to look, but' },
        ],
        {
          status: 'failed',
          reason: { ...reason('run_interrupted'), retryable: true },
        },
      ),
      question('Who am I?', { key: 'q2' }),
      reply([{ type: 'text', text: 'You are **Ada Lovelace**' }], { key: 'a2', status: 'cancelled' }),
      question('Please send this', {
        key: 'q3',
        status: 'failed',
        reason: { ...reason('message_rate_exceeded'), retryable: true },
      }),
    ]),
  },
  waiting: {
    ...at,
    connection: {
      status: 'waiting',
      reason: reason('server_unreachable'),
      retryAtMs: nowMs + 8_000,
      attempt: 3,
    },
    thread: chat(
      [
        asked,
        reply([thinking, search], { status: 'streaming' }),
        question('And who am I?', { key: 'q2', status: 'sending' }),
      ],
      running,
    ),
  },
  refused: { ...at, connection: { status: 'refused', reason: reason('user_inactive') }, thread: finished },
  connecting: {
    ...at,
    connection: { status: 'connecting', attempt: 2, reason: reason('connection_lost') },
    isListPending: true,
    thread: chat([], { loading: true }),
  },
  unknown: {
    ...at,
    listError: new NetraError('database_unavailable'),
    threads: [],
    thread: chat([], { error: new NetraError('thread_unknown') }),
  },
  long: {
    ...at,
    thread: chat(
      Array.from({ length: 6 }, (_, index) => [
        question(`Question ${index + 1}: why would a connection be refused?`, { key: `q${index}` }),
        reply([search, { type: 'text', text: answer }], { key: `a${index}` }),
      ]).flat(),
      { hasOlder: true },
    ),
  },
};
