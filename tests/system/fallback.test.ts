import { createNetraClient, type NetraClient } from '@netra/client';
import type { ThreadEvent } from '@netra/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type BlockingProxy, startBlockingProxy, type UpgradeTreatment } from '../kit/blocking-proxy.ts';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { type Person, signUp } from '../kit/person.ts';
import { poll } from '../kit/poll.ts';

let netra: NetraProcess;
let ada: Person;
let proxy: BlockingProxy;

beforeAll(async () => {
  netra = await startNetra();
  ada = await signUp(netra.url);
});
afterAll(() => netra.dispose());

beforeEach(async () => {
  proxy = await startBlockingProxy(netra.url);
});
afterEach(() => proxy.stop());

/**
 * The ticket names the gateway's public address: the test's WebSocket goes through the proxy, as a browser's would.
 */
class ProxiedWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url.replace(new URL(url).host, new URL(proxy.url).host), protocols);
  }
}

function open(): NetraClient {
  const client = createNetraClient({
    url: proxy.url,
    getToken: () => ada.token(),
    WebSocket: ProxiedWebSocket,
  });
  onTestFinished(() => client.close());
  return client;
}

const pollUntil = (is: () => boolean) => poll(() => is() || undefined);
const transportOf = (client: NetraClient) => {
  const state = client.connection.getState();
  return state.status === 'open' ? state.transport : undefined;
};

/** `tests/browser/fallback.test.ts` meets more of them. */
const TREATMENTS: UpgradeTreatment[] = [{ status: 403 }, 'swallow', 'cut'];

describe('where WebSockets are blocked', () => {
  it.each(TREATMENTS)('(%j) a message is answered over server-sent events', async (treatment) => {
    proxy.treat(treatment);
    const client = open();
    const events: ThreadEvent[] = [];
    client.connect();
    await pollUntil(() => transportOf(client) === 'sse');
    const thread = client.threads.draft();
    const run = thread.send('Who am I?');
    for await (const event of run) events.push(event);
    expect((await run.result()).text).toContain(ada.email);
    const first = events[0]?.seq ?? 0;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => first + index));
    expect(transportOf(client)).toBe('sse');
    const second = thread.send('And again?');
    await second.result();
    expect(thread.getState().messages).toHaveLength(4);
  });

  it('a run is cancelled, and the list of threads tells of a new one', async () => {
    proxy.treat({ status: 403 });
    const client = open();
    const created: string[] = [];
    client.threads.watch(({ type, thread }) => type === 'created' && created.push(thread.thread_id));
    await pollUntil(() => transportOf(client) === 'sse');
    const run = client.threads.draft().send('Why would a connection be refused?');
    const { thread_id } = await run.accepted;
    await run.cancel();
    await run.result().catch(() => undefined);
    await pollUntil(() => created.includes(thread_id));
  });
});

describe('a switch in the middle of a run', () => {
  it('loses and doubles nothing', async () => {
    const client = open();
    const thread = client.threads.draft();
    const run = thread.send('Why would a connection be refused?');
    const events: ThreadEvent[] = [];
    for await (const event of run) {
      events.push(event);
      if (event.type !== 'agent_message' || transportOf(client) !== 'websocket') continue;
      proxy.treat({ status: 403 });
      proxy.cutAll();
    }
    const first = events[0]?.seq ?? 0;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => first + index));
    expect(events.at(-1)?.type).toBe('agent_completed');
    await pollUntil(() => transportOf(client) === 'sse');
  });
});
