import type { ThreadEvent, ThreadEventType } from '@netra/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { type Person, signInByLink, signUp } from '../kit/person.ts';
import { rawRequest } from '../kit/raw-request.ts';
import { connectRaw } from '../kit/raw-socket.ts';

let netra: NetraProcess;
let ada: Person;

beforeAll(async () => {
  netra = await startNetra();
  ada = await signUp(netra.url);
});

afterAll(() => netra.dispose());

describe('the guide, over the SDK', () => {
  it('starts, thinks, uses a tool and answers, in this order', async () => {
    const client = ada.client();
    const run = client.threads.draft().send('Who am I?');
    const events: ThreadEvent[] = [];
    for await (const event of run) events.push(event);
    const types = events.map(({ type }) => type);
    const order: ThreadEventType[] = [
      'agent_started',
      'agent_thinking',
      'tool_executing',
      'tool_completed',
      'agent_message',
      'agent_completed',
    ];
    const firsts = order.map((type) => types.indexOf(type));
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    expect(firsts).not.toContain(-1);
    expect((await run.result()).text).toContain(ada.email);
    client.close();
  });

  it('sums its deltas up to the text of the end', async () => {
    const client = ada.client();
    const run = client.threads.draft().send('Why would a connection be refused?');
    let text = '';
    for await (const event of run) {
      if (event.type === 'agent_message')
        text = event.data.reset ? event.data.delta : text + event.data.delta;
    }
    expect((await run.result()).text).toBe(text);
    expect(text.length).toBeGreaterThan(40);
    client.close();
  });

  it('shows the same thread to a second connection, live', async () => {
    const [first, second] = [ada.client(), ada.client()];
    const thread = first.threads.draft();
    const run = thread.send('Hello');
    const { thread_id } = await run.accepted;
    await run.result();
    const other = second.threads.open(thread_id);
    await new Promise<void>((resolve) => {
      const look = () => {
        if (other.getState().messages.some(({ role, status }) => role === 'agent' && status === 'complete'))
          resolve();
      };
      other.subscribe(look);
      look();
    });
    expect(other.getState().messages.map(({ role, text }) => [role, text])).toEqual(
      thread.getState().messages.map(({ role, text }) => [role, text]),
    );
    first.close();
    second.close();
  });
});

describe('the stream', () => {
  it('acks before the first event, and sends the message to its sender too', async () => {
    const socket = await connectRaw(netra.url, await ada.token());
    socket.send({ type: 'user_message', id: 'ref_order', text: 'Hello' });
    await socket.next('agent_completed');
    const types = socket.frames.map(({ type }) => type);
    expect(types[0]).toBe('connection_established');
    expect(types.indexOf('ack')).toBeLessThan(types.indexOf('user_message'));
    expect(types.indexOf('user_message')).toBeLessThan(types.indexOf('agent_started'));
    socket.close();
  });

  it('gives the same ack for the same message, and a conflict for another one', async () => {
    const socket = await connectRaw(netra.url, await ada.token());
    socket.send({ type: 'user_message', id: 'ref_twice', text: 'Hello' });
    const first = await socket.next('ack');
    await socket.next('agent_completed');
    socket.send({ type: 'user_message', id: 'ref_twice', text: 'Hello' });
    socket.send({ type: 'user_message', id: 'ref_twice', text: 'Something else' });
    const error = await socket.next('error');
    expect(error.code).toBe('idempotency_conflict');
    const acks = socket.frames.filter((frame) => frame.type === 'ack');
    expect(acks.map(({ message_id }) => message_id)).toEqual([first.message_id, first.message_id]);
    socket.close();
  });
});

describe('the one-time link', () => {
  it('lets the operator in once', async () => {
    const operator = await signInByLink(netra.url, netra.signInLink);
    const answer = await operator.call('/auth/validate');
    expect(await answer.json()).toMatchObject({ valid: true, roles: ['operator'] });
    await expect(signInByLink(netra.url, netra.signInLink)).rejects.toMatchObject({ name: 'NetraError' });
    await tellsWhy(operator);
  });
});

/** Asked in the chat: why a deactivated user is refused, which is the operator's to know and nobody else's. */
async function tellsWhy(operator: Person): Promise<void> {
  const bea = await signUp(netra.url, 'Bea');
  const body = JSON.stringify({ active: false });
  const token = await bea.token();
  const path = `/auth/admin/users/${bea.userId}`;
  expect((await operator.call(path, { method: 'PATCH', body })).ok).toBe(true);
  const refused = () =>
    fetch(new URL('/v1/threads', netra.url), { headers: { authorization: `Bearer ${token}` } });
  await expect.poll(async () => (await refused()).status, { timeout: 10_000 }).toBe(403);
  const question = `Why could user ${bea.userId} not connect this morning?`;
  const asked = async (person: Person) => {
    const client = person.client();
    const { text } = await client.threads.draft().send(question).result();
    client.close();
    return text;
  };
  const answer = await asked(operator);
  expect(answer).toContain('`user_deactivated`');
  expect(answer).toContain(`netra users activate ${bea.userId}`);
  expect(answer).toMatch(/Why was it refused\?/);
  const others = await asked(ada);
  expect(others).toContain('No attempt of yours was refused');
  expect(others).not.toContain('user_deactivated');
}

describe('a page elsewhere', () => {
  it('cannot reach a development server under a name of its own (DNS rebinding)', async () => {
    expect((await rawRequest(netra.url, { Host: 'evil.example' })).status).toBe(400);
    expect((await rawRequest(netra.url, { Host: `127.0.0.1:${netra.port}` })).status).toBe(200);
  });
});
