import { isTerminalEventType } from '@netra/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { signUp } from '../kit/person.ts';
import { poll } from '../kit/poll.ts';
import { connectRaw } from '../kit/raw-socket.ts';
import { slowAgentModule } from '../kit/slow-agent.ts';
import { eventsOf } from '../kit/thread-events.ts';

const running: NetraProcess[] = [];

afterEach(async () => {
  for (const netra of running.splice(0)) await netra.dispose();
});

async function start(options: Parameters<typeof startNetra>[0]): Promise<NetraProcess> {
  const netra = await startNetra(options);
  running.push(netra);
  return netra;
}

describe('kill -9 of everything, PostgreSQL included', () => {
  it('lets the guide, whose tools only read, answer after all', async () => {
    const before = await start({});
    const ada = await signUp(before.url);
    const socket = await connectRaw(before.url, await ada.token());
    socket.send({ type: 'user_message', id: 'ref_1', text: 'Who am I?' });
    const ack = await socket.next('ack');
    await before.killAll();

    const { dataDir, port } = before;
    await start({ dataDir, port });
    const threadId = ack.thread_id ?? '';
    const events = await poll(
      async () => {
        const page = await eventsOf(ada, threadId);
        return page.some(({ type }) => isTerminalEventType(type)) ? page : undefined;
      },
      { deadlineMs: 20_000, everyMs: 100, what: 'the end of the run' },
    );
    expect(events.filter(({ type }) => isTerminalEventType(type))).toHaveLength(1);
    expect(events.at(-1)?.type).toBe('agent_completed');
    expect(events.filter(({ type }) => type === 'agent_started')).toHaveLength(1);
  });
});

describe('an ordered restart', () => {
  it('resumes a subscription without a gap or a double', async () => {
    const args = ['--agents', slowAgentModule];
    const before = await start({ args });
    const ada = await signUp(before.url);
    const client = ada.client();
    const thread = client.threads.draft();
    const run = thread.send('count', { agent: 'slow' });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const event of run) seen.push(event.seq);
    })();
    await poll(() => (seen.length >= 4 ? true : undefined), { what: 'some events' });
    expect(await before.stop()).toBe(0);

    const { dataDir, port } = before;
    await start({ args, dataDir, port });
    await reading;
    expect(seen).toEqual(seen.map((_seq, index) => (seen[0] ?? 0) + index));
    client.close();
  });
});
