import type { ThreadEvent } from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import { createClientUnderTest } from './testing/client-under-test.ts';
import { settle } from './testing/manual-clock.ts';
import type { ScriptedSocket } from './testing/scripted-server.ts';
import { event, snapshot, wholeRun } from './testing/thread-script.ts';

/** Answers the last `user_message` as stored, as the first message of `thr_1`. */
function acknowledge(socket: ScriptedSocket): string {
  const { id } = socket.last('user_message');
  const place = { thread_id: 'thr_1', message_id: 'msg_u', run_id: 'run_1', epoch: 'epo_1', seq: 1 };
  socket.push({ type: 'ack', ref: id, ...place });
  return id;
}

function pushAll(socket: ScriptedSocket, events: readonly ThreadEvent[]): void {
  for (const one of events) socket.push(one);
}

function answerSubscribe(socket: ScriptedSocket, answer: { recovered: boolean; lastSeq: number }): void {
  const { id, thread_id } = socket.last('subscribe');
  const { recovered, lastSeq } = answer;
  const base = { type: 'subscribed', thread_id, epoch: 'epo_1', last_seq: lastSeq, recovered } as const;
  const withRef = id === undefined ? base : { ...base, ref: id };
  socket.push(recovered ? withRef : { ...withRef, snapshot: snapshot({ last_seq: lastSeq }) });
}

async function collect(run: AsyncIterable<ThreadEvent>): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of run) seqs.push(seq);
  return seqs;
}

describe('a draft', () => {
  test('becomes a thread with its first message, and its run can be read to the end', async () => {
    const { client, server, open } = createClientUnderTest();
    await open();
    const thread = client.threads.draft({ agent: 'guide' });
    const run = thread.send('Who am I?');
    expect(thread.getState().messages).toMatchObject([{ status: 'sending' }]);
    expect(server.socket.last('user_message')).toMatchObject({ text: 'Who am I?', agent: 'guide' });
    const ref = acknowledge(server.socket);
    pushAll(server.socket, wholeRun(ref));
    await expect(run.accepted).resolves.toMatchObject({ thread_id: 'thr_1', run_id: 'run_1' });
    expect(await collect(run)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(run.result()).resolves.toMatchObject({ text: 'You are Ada.', runId: 'run_1' });
    expect(thread.threadId).toBe('thr_1');
    expect(client.threads.open('thr_1')).toBe(thread);
    expect(server.socket.count('subscribe')).toBe(0);
  });

  test('sends a second message only when the first has made the thread', async () => {
    const { client, server, open } = createClientUnderTest();
    await open();
    const thread = client.threads.draft();
    thread.send('one');
    thread.send('two');
    expect(server.socket.count('user_message')).toBe(1);
    acknowledge(server.socket);
    expect(server.socket.count('user_message')).toBe(2);
    expect(server.socket.last('user_message')).toMatchObject({ text: 'two', thread_id: 'thr_1' });
  });
});

describe('a message', () => {
  test('sent without a connection goes out as soon as there is one', async () => {
    const { client, server } = createClientUnderTest();
    client.threads.draft().send('Hi');
    await settle();
    server.socket.establish();
    expect(server.socket.count('user_message')).toBe(1);
  });

  test('without an ack is sent again after a reconnect, with the same id', async () => {
    const { client, server, open, reconnect } = createClientUnderTest();
    await open();
    const run = client.threads.draft().send('Hi');
    const first = server.socket.last('user_message');
    server.socket.drop();
    await reconnect();
    expect(server.socket.last('user_message')).toEqual(first);
    const ref = acknowledge(server.socket);
    // The ack repeats the one that was lost, so the client subscribes from there.
    expect(server.socket.last('subscribe')).toMatchObject({
      thread_id: 'thr_1',
      epoch: 'epo_1',
      after_seq: 0,
    });
    answerSubscribe(server.socket, { recovered: true, lastSeq: 8 });
    pushAll(server.socket, wholeRun(ref));
    expect(await collect(run)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('with an ack is not sent again', async () => {
    const { client, server, open, reconnect } = createClientUnderTest();
    await open();
    client.threads.draft().send('Hi');
    acknowledge(server.socket);
    server.socket.drop();
    await reconnect();
    expect(server.socket.count('user_message')).toBe(0);
  });

  test('whose event comes before the repeated ack is recognised by its ref', async () => {
    const { client, server, open, reconnect } = createClientUnderTest();
    await open();
    const thread = client.threads.open('thr_1');
    const run = thread.send('Hi');
    answerSubscribe(server.socket, { recovered: false, lastSeq: 0 });
    const { id } = server.socket.last('user_message');
    server.socket.drop();
    await reconnect();
    answerSubscribe(server.socket, { recovered: true, lastSeq: 8 });
    pushAll(server.socket, wholeRun(id));
    acknowledge(server.socket);
    expect(await collect(run)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(thread.getState().messages).toHaveLength(2);
  });

  test('over the frame limit fails here instead of ending the connection', async () => {
    const { client, server, open } = createClientUnderTest();
    await open();
    const run = client.threads.draft().send('€'.repeat(30_000));
    await expect(run.accepted).rejects.toMatchObject({ code: 'message_too_large' });
    expect(server.socket.count('user_message')).toBe(0);
  });

  test('number 101 without an answer fails with outbox_full', async () => {
    const { client } = createClientUnderTest();
    const thread = client.threads.open('thr_1');
    for (let sent = 0; sent < 100; sent += 1) thread.send('Hi');
    await expect(thread.send('Hi').accepted).rejects.toMatchObject({ code: 'outbox_full' });
  });

  test('that is refused shows why and can be sent again as a new one', async () => {
    const { client, server, open } = createClientUnderTest();
    await open();
    const thread = client.threads.draft();
    const run = thread.send('Hi');
    const first = server.socket.last('user_message');
    const words = { detail: 'Too fast.', fix: 'Wait.', retry: { advice: 'after', after_ms: 100 } } as const;
    server.socket.push({ type: 'error', ref: first.id, code: 'quota_exceeded', ...words });
    await expect(run.accepted).rejects.toMatchObject({
      code: 'quota_exceeded',
      retry: { advice: 'after', afterMs: 100 },
    });
    const failed = thread.getState().messages[0];
    expect(failed).toMatchObject({ status: 'failed', reason: { code: 'quota_exceeded', fix: 'Wait.' } });
    expect(thread.retry(failed?.key ?? '')).toBeDefined();
    expect(server.socket.last('user_message').id).not.toBe(first.id);
    expect(thread.getState().messages).toHaveLength(1);
  });

  test('that was never sent can be taken back', async () => {
    const { client, server, open } = createClientUnderTest();
    const thread = client.threads.draft();
    const run = thread.send('Hi');
    await run.cancel();
    await expect(run.accepted).rejects.toMatchObject({ code: 'run_cancelled' });
    expect(thread.getState().messages).toEqual([]);
    await open();
    expect(server.socket.count('user_message')).toBe(0);
  });
});

describe('a run', () => {
  test('survives a reconnect: the thread is resumed where it was, and nothing comes twice', async () => {
    const { client, server, open, reconnect } = createClientUnderTest();
    await open();
    const run = client.threads.draft().send('Hi');
    const ref = acknowledge(server.socket);
    pushAll(server.socket, wholeRun(ref).slice(0, 4));
    server.socket.drop();
    await reconnect();
    expect(server.socket.last('subscribe')).toMatchObject({ epoch: 'epo_1', after_seq: 4 });
    answerSubscribe(server.socket, { recovered: true, lastSeq: 8 });
    pushAll(server.socket, wholeRun(ref).slice(2));
    expect(await collect(run)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('whose events a snapshot skipped ends reading with events_lost, and still gives its result', async () => {
    const { client, server, open, reconnect } = createClientUnderTest();
    server.route(({ path }) => {
      if (path === '/v1/runs/run_1') return Response.json({ run_id: 'run_1', status: 'completed' });
      const answer = { role: 'agent', run_id: 'run_1', message_id: 'msg_a', text: 'You are Ada.' };
      return path === '/v1/threads/thr_1/messages' ? Response.json({ items: [answer] }) : undefined;
    });
    await open();
    const run = client.threads.draft().send('Hi');
    const ref = acknowledge(server.socket);
    pushAll(server.socket, wholeRun(ref).slice(0, 2));
    server.socket.drop();
    await reconnect();
    answerSubscribe(server.socket, { recovered: false, lastSeq: 8 });
    await expect(run.result()).resolves.toMatchObject({ text: 'You are Ada.' });
    await expect(collect(run)).rejects.toMatchObject({ code: 'events_lost' });
  });

  test('that fails rejects its result with the code and its reading ends with the event', async () => {
    const { client, server, open } = createClientUnderTest();
    await open();
    const run = client.threads.draft().send('Hi');
    const ref = acknowledge(server.socket);
    const failure = {
      code: 'model_unavailable',
      detail: 'd',
      fix: 'f',
      retryable: true,
      duration_ms: 1,
    } as const;
    pushAll(server.socket, [...wholeRun(ref).slice(0, 2), event(3, 'agent_failed', failure)]);
    await expect(run.result()).rejects.toMatchObject({ code: 'model_unavailable', fix: 'f' });
    expect(await collect(run)).toEqual([1, 2, 3]);
  });

  test('is cancelled by its id, also over a reconnect', async () => {
    const { client, server, open, reconnect } = createClientUnderTest();
    await open();
    const run = client.threads.draft().send('Hi');
    acknowledge(server.socket);
    const cancelled = run.cancel();
    await settle();
    expect(server.socket.last('cancel_run').run_id).toBe('run_1');
    server.socket.drop();
    await reconnect();
    const { id } = server.socket.last('cancel_run');
    server.socket.push({ type: 'ack', ref: id ?? '' });
    await cancelled;
  });
});

describe('an open thread', () => {
  test('is subscribed while somebody listens, and a second later no more', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    const thread = client.threads.open('thr_1');
    const stop = thread.subscribe(() => {});
    expect(thread.getState().loading).toBe(true);
    answerSubscribe(server.socket, { recovered: false, lastSeq: 0 });
    expect(thread.getState().loading).toBe(false);
    stop();
    await clock.advance(999);
    expect(server.socket.count('unsubscribe')).toBe(0);
    await clock.advance(1);
    expect(server.socket.last('unsubscribe').thread_id).toBe('thr_1');
  });

  test('drops duplicates, and a gap leads to a new subscription from the last event', async () => {
    const { client, server, open } = createClientUnderTest();
    await open();
    const thread = client.threads.open('thr_1');
    thread.subscribe(() => {});
    answerSubscribe(server.socket, { recovered: false, lastSeq: 0 });
    const events = wholeRun();
    pushAll(server.socket, [...events.slice(0, 6), ...events.slice(0, 6)]);
    expect(thread.getState().messages[1]?.text).toBe('You are ');
    pushAll(server.socket, events.slice(7));
    expect(server.socket.count('subscribe')).toBe(2);
    expect(server.socket.last('subscribe')).toMatchObject({ after_seq: 6 });
    answerSubscribe(server.socket, { recovered: true, lastSeq: 8 });
    pushAll(server.socket, events.slice(6));
    expect(thread.getState().messages[1]).toMatchObject({ text: 'You are Ada.', status: 'complete' });
  });

  test('is replaced by the snapshot when the log cannot be resumed', async () => {
    const { client, server, open, reconnect } = createClientUnderTest();
    await open();
    const thread = client.threads.open('thr_1');
    thread.subscribe(() => {});
    answerSubscribe(server.socket, { recovered: false, lastSeq: 0 });
    pushAll(server.socket, wholeRun());
    server.socket.drop();
    await reconnect();
    answerSubscribe(server.socket, { recovered: false, lastSeq: 40 });
    expect(thread.getState().messages).toEqual([]);
  });

  test('that does not exist says so', async () => {
    const { client, server, open } = createClientUnderTest();
    await open();
    const thread = client.threads.open('thr_other');
    thread.subscribe(() => {});
    const { id } = server.socket.last('subscribe');
    const words = { detail: 'd', fix: 'f', retry: { advice: 'never' } } as const;
    server.socket.push({ type: 'error', ref: id ?? '', code: 'thread_unknown', ...words });
    expect(thread.getState()).toMatchObject({ loading: false, error: { code: 'thread_unknown' } });
  });

  test('that cannot be had just now is asked for again', async () => {
    const { client, clock, server, open } = createClientUnderTest();
    await open();
    const thread = client.threads.open('thr_1');
    thread.subscribe(() => {});
    const { id } = server.socket.last('subscribe');
    const words = { detail: 'd', fix: 'f', retry: { advice: 'backoff' } } as const;
    server.socket.push({ type: 'error', ref: id ?? '', code: 'database_unavailable', ...words });
    expect(thread.getState()).toMatchObject({ error: { code: 'database_unavailable' } });
    await clock.advance(1_000);
    answerSubscribe(server.socket, { recovered: false, lastSeq: 0 });
    expect(thread.getState().error).toBeUndefined();
  });

  test('reads older messages page by page', async () => {
    const { client, server, open } = createClientUnderTest();
    const message = {
      message_id: 'msg_0',
      thread_id: 'thr_1',
      role: 'user',
      text: 'Older',
      status: 'complete',
    };
    server.route(({ path }) =>
      path === '/v1/threads/thr_1/messages?cursor=c1'
        ? Response.json({ items: [{ ...message, created_at: '2025-12-31T00:00:00.000Z' }] })
        : undefined,
    );
    await open();
    const thread = client.threads.open('thr_1');
    thread.subscribe(() => {});
    const { id } = server.socket.last('subscribe');
    const base = {
      type: 'subscribed',
      thread_id: 'thr_1',
      epoch: 'epo_1',
      last_seq: 0,
      recovered: false,
    } as const;
    server.socket.push({ ...base, ref: id ?? '', snapshot: snapshot({ older_cursor: 'c1' }) });
    expect(thread.getState().hasOlder).toBe(true);
    const loading = thread.loadOlder();
    expect(thread.getState().loadingOlder).toBe(true);
    await loading;
    expect(thread.getState()).toMatchObject({
      hasOlder: false,
      loadingOlder: false,
      messages: [{ text: 'Older' }],
    });
    await thread.loadOlder();
    expect(server.requests.filter(({ path }) => path.includes('cursor'))).toHaveLength(1);
  });

  test('shows nothing of one user to the next', async () => {
    const { client, server, open, clock } = createClientUnderTest();
    await open();
    const thread = client.threads.open('thr_1');
    thread.subscribe(() => {});
    answerSubscribe(server.socket, { recovered: false, lastSeq: 0 });
    pushAll(server.socket, wholeRun());
    server.socket.drop();
    await clock.advance(1_000);
    server.socket.establish({ user_id: 'usr_b' });
    expect(thread.getState().messages).toEqual([]);
    expect(server.socket.last('subscribe').after_seq).toBeUndefined();
  });
});

test('changes of the list reach watchers, who are told of a gap after a reconnect', async () => {
  const { client, server, open, reconnect } = createClientUnderTest();
  await open();
  const seen: string[] = [];
  const stop = client.threads.watch(
    ({ type, thread }) => seen.push(`${type} ${thread.title}`),
    () => seen.push('gap'),
  );
  server.socket.push({ type: 'thread_created', thread: snapshot().thread });
  server.socket.drop();
  await reconnect();
  stop();
  server.socket.push({ type: 'thread_deleted', thread: snapshot().thread });
  expect(seen).toEqual(['created A thread', 'gap']);
});
