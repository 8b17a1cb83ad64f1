import type { Message, Page } from '@netra/protocol';
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

// What it does to a guide's run, and an ordered restart: `durability.long.ts`.
describe('kill -9 of everything, PostgreSQL included', () => {
  it('keeps an acknowledged message, and ends the run that it cut exactly once', async () => {
    const args = ['--agents', slowAgentModule];
    const before = await start({ args });
    const ada = await signUp(before.url);
    const socket = await connectRaw(before.url, await ada.token());
    socket.send({ type: 'user_message', id: 'ref_1', text: 'remember this', agent: 'slow' });
    const ack = await socket.next('ack');
    await socket.next('agent_message');
    await before.killAll();
    const delivered = socket.frames.filter((frame) => 'event_id' in frame);

    const { dataDir, port } = before;
    await start({ args, dataDir, port });
    const threadId = ack.thread_id ?? '';
    const events = await poll(
      async () => {
        const page = await eventsOf(ada, threadId);
        return page.some(({ type }) => isTerminalEventType(type)) ? page : undefined;
      },
      { deadlineMs: 20_000, everyMs: 100, what: 'the end of the run' },
    );
    // What was delivered is there, under its number and in its epoch: nobody who resumes is led astray.
    expect(delivered.length).toBeGreaterThan(2);
    expect(events.slice(0, delivered.length)).toEqual(delivered);
    const terminal = events.filter(({ type }) => isTerminalEventType(type));
    expect(terminal).toMatchObject([
      { type: 'agent_failed', run_id: ack.run_id, data: { code: 'run_interrupted' } },
    ]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    const messages = (await (await ada.call(`/v1/threads/${threadId}/messages`)).json()) as Page<Message>;
    expect(messages.items.some(({ text }) => text === 'remember this')).toBe(true);
  });
});
