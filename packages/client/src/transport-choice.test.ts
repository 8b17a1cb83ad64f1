import { REASON_CODES, REASONS, type ReasonCode } from '@netra/protocol';
import { describe, expect, test } from 'vitest';
import type { SocketEnding } from './live-socket.ts';
import { createClientUnderTest } from './testing/client-under-test.ts';
import { createManualClock, settle } from './testing/manual-clock.ts';
import { problem } from './testing/scripted-server.ts';
import { createTransportChoice, FALLBACK } from './transport-choice.ts';

const CLOSING = REASON_CODES.filter((code) => REASONS[code].close !== null);
const cut = { cause: 'closed', wasEstablished: true, isLoss: true, code: 1006, reason: '' } as const;
const soon = FALLBACK.shortLifeMs - 1;

const closedBy = (code: ReasonCode): SocketEnding => ({
  ...cut,
  isLoss: false,
  code: REASONS[code].close ?? 0,
  reason: code,
});

function choiceAfter(
  ...ends: Partial<Parameters<ReturnType<typeof createTransportChoice>['noteWebSocketEnd']>[0]>[]
) {
  const choice = createTransportChoice(createManualClock());
  for (const end of ends) {
    choice.noteWebSocketEnd({ ending: cut, livedMs: soon, wasAnnounced: false, ...end });
  }
  return choice;
}

describe('WebSockets count as blocked', () => {
  test('when two in a row were cut soon after they opened', () => {
    expect(choiceAfter({}).current).toBe('websocket');
    expect(choiceAfter({}, {}).current).toBe('sse');
  });

  test.each(CLOSING)('never by closes with %s, however soon and however often', (code) => {
    const closed = { ending: closedBy(code) };
    expect(choiceAfter(closed, closed, closed, {}).current).toBe('websocket');
  });

  test.each([1000, 1001, 1002, 1005, 1009, 1011, 1012])(
    'never by a close frame with %i and no words',
    (code) => {
      const closed = { ending: { ...cut, isLoss: false, code } };
      expect(choiceAfter(closed, closed, closed).current).toBe('websocket');
    },
  );

  test('not by cuts with a longer life in between', () => {
    expect(choiceAfter({}, { livedMs: FALLBACK.shortLifeMs }, {}).current).toBe('websocket');
  });

  test('not by a cut that the server had announced', () => {
    expect(choiceAfter({}, { wasAnnounced: true }, {}).current).toBe('websocket');
  });

  test.each(['silent', 'asked', 'not_established'] as const)('not by an end that is %s', (cause) => {
    const ended = { ending: { ...cut, cause } };
    expect(choiceAfter(ended, ended, ended).current).toBe('websocket');
  });
});

describe('a client whose sockets are cut at once', () => {
  const withThreads = () => {
    const under = createClientUnderTest();
    under.server.route(({ path }) => (path === '/v1/threads' ? Response.json({ items: [] }) : undefined));
    return under;
  };

  test('goes around after the second, and shows why meanwhile', async () => {
    const { client, clock, server, open } = withThreads();
    await open();
    server.socket.drop(1006);
    await clock.advance(250);
    server.socket.establish();
    server.socket.drop(1006);
    await clock.advance(1_000);
    expect(client.connection.getState()).toMatchObject({ status: 'open', transport: 'sse' });
    expect(server.sockets).toHaveLength(2);
  });

  test('by a server that is gone in between keeps to WebSockets', async () => {
    const { client, clock, server, open } = withThreads();
    let isDown = false;
    server.route(() => (isDown ? Promise.reject(new TypeError('fetch failed')) : undefined));
    await open();
    server.socket.drop(1006);
    isDown = true;
    await clock.advance(250);
    isDown = false;
    await clock.advance(500);
    server.socket.establish();
    server.socket.drop(1006);
    await clock.advance(1_500);
    expect(server.sockets).toHaveLength(3);
    expect(client.connection.getState()).toMatchObject({ status: 'connecting' });
  });

  test('by a server that drains keeps to WebSockets', async () => {
    const { client, server, open, reconnect } = withThreads();
    await open();
    for (let turn = 0; turn < 4; turn += 1) {
      server.socket.push({ type: 'draining', reconnect_after_ms: 100 });
      server.socket.drop(1006);
      await reconnect();
      expect(client.connection.getState()).toMatchObject({ status: 'open', transport: 'websocket' });
    }
  });

  test.each(['slow_consumer', 'draining', 'internal_error', 'heartbeat_lost'] as const)(
    'with %s keeps to WebSockets',
    async (code) => {
      const { client, server, open, reconnect } = withThreads();
      await open();
      for (let turn = 0; turn < 4; turn += 1) {
        server.socket.drop(REASONS[code].close ?? 0, code);
        await reconnect();
        expect(client.connection.getState()).toMatchObject({ status: 'open', transport: 'websocket' });
      }
    },
  );
});

describe('a refused upgrade', () => {
  test('of which the server knows the reason is not taken for a block', async () => {
    const { client, clock, server } = createClientUnderTest();
    server.route(({ body }) =>
      JSON.stringify(body).includes('previous_ticket')
        ? problem('rate_limited', { afterMs: 500 })
        : undefined,
    );
    client.connect();
    for (let turn = 1; turn <= 4; turn += 1) {
      await settle();
      expect(server.sockets).toHaveLength(turn);
      server.socket.drop(1006);
      await clock.advance(750);
    }
  });
});

describe('probes of a way that is blocked', () => {
  test('come later each time, but not for a reconnection in between', async () => {
    const clock = createManualClock();
    const choice = createTransportChoice(clock);
    const probedAtMs: number[] = [];
    const startMs = clock.now();
    const arm = () => choice.onProbeDue(() => probedAtMs.push(clock.now() - startMs));
    arm()();
    arm()();
    arm();
    await clock.advance(30_000);
    arm();
    await clock.advance(60_000);
    expect(probedAtMs).toEqual([30_000, 90_000]);
  });
});
