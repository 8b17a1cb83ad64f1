import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { type HttpServer, type HttpServerOptions, startHttpServer } from './http-server.ts';

const log = createLogger({ level: 'silent' });
const servers: HttpServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close({ graceMs: 0 }))));

async function start(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  const server = await startHttpServer({
    fetch: () => new Response('hello'),
    host: '127.0.0.1',
    port: 0,
    allowedHosts: ['localhost', '127.0.0.1', '[::1]'],
    log,
    ...options,
  });
  servers.push(server);
  return server;
}

async function open(server: HttpServer): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** As curl --http2 sends it. */
const h2cOffer =
  'Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n';

async function exchange(server: HttpServer, request: string): Promise<string> {
  const socket = await open(server);
  socket.write(request);
  return text(socket);
}

test('answers, and hands fetch the raw request', async () => {
  const server = await start({
    fetch: (request, { incoming }) => Response.json([request.url, incoming.socket.localPort]),
  });
  const response = await fetch(`http://127.0.0.1:${server.port}/path?q=1`);
  expect(await response.json()).toEqual([`http://127.0.0.1:${server.port}/path?q=1`, server.port]);
  expect(server.url).toBe(`http://localhost:${server.port}`);
});

test.each(['evil.example', 'localhost.evil.example', 'localhost:80:80', '[::2]', 'localhost.'])(
  'refuses requests and upgrades for the host %s',
  async (host) => {
    const upgrades: number[] = [];
    const server = await start({ onUpgrade: () => upgrades.push(1) });
    const plain = await exchange(server, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const upgrade = `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    for (const answer of [plain, await exchange(server, upgrade)]) {
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('"code":"request_malformed"');
    }
    expect(upgrades).toEqual([]);
  },
);

test.each(['localhost', 'LOCALHOST:8080', '127.0.0.1:1', '[::1]:8080'])(
  'answers for the host %s',
  async (host) => {
    const server = await start();
    const answer = await exchange(server, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  },
);

test('refuses headers beyond the limit with 431 and a code', async () => {
  const server = await start();
  const answer = await exchange(
    server,
    `GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(40_000)}\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 431 Request Header Fields Too Large\r\n/);
  expect(answer).toContain('"code":"headers_too_large"');
});

test('answers nonsense with a problem', async () => {
  expect(await exchange(await start(), 'nonsense\r\n\r\n')).toContain('"code":"request_malformed"');
});

test('a handler that throws costs its own request only, and shows nothing of the error', async () => {
  const server = await start({
    fetch: (request) => {
      if (request.url.endsWith('/throw')) throw new Error('inner detail');
      return new Response('fine');
    },
    onUpgrade: () => {
      throw new Error('inner detail');
    },
  });
  const response = await fetch(`${server.url.replace('localhost', '127.0.0.1')}/throw`);
  const upgrade = 'GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  for (const answer of [await response.text(), await exchange(server, upgrade)]) {
    expect(answer).toContain('"code":"internal_error"');
    expect(answer).not.toContain('inner detail');
  }
  expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe('fine');
});

test('names a taken port and the command that mends it', async () => {
  const { port } = await start();
  await expect(start({ port })).rejects.toMatchObject({
    code: 'port_in_use',
    message: `Port ${port} is taken by another program.`,
    fix: expect.stringMatching(/^Use another one: PORT=\d+ npm start$/),
  });
});

test('names an address that is not of this machine', async () => {
  await expect(start({ host: '203.0.113.7' })).rejects.toMatchObject({ code: 'host_unavailable' });
});

test('closing lets a request finish, and ends idle connections at once', async () => {
  let release = (): void => undefined;
  const entered = new Promise<void>((enter) => {
    void start({
      port: 0,
      fetch: async () => {
        enter();
        await new Promise<void>((resolve) => (release = resolve));
        return new Response('finished');
      },
    });
  });
  await expect.poll(() => servers.length).toBe(1);
  const server = servers[0];
  if (server === undefined) throw new Error('not started');
  const idle = await open(server);
  const busy = await open(server);
  busy.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const answer = text(busy);
  await entered;
  const closed = server.close({ graceMs: 5_000 });
  await once(idle.resume(), 'close');
  release();
  expect(await answer).toContain('finished');
  await closed;
});

test('closing ends what outlives the grace, upgraded sockets included', async () => {
  const server = await start({
    fetch: () => new Promise(() => undefined),
    onUpgrade: (_request, socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  });
  const hanging = await open(server);
  hanging.on('error', () => undefined);
  hanging.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const upgraded = await open(server);
  upgraded.on('error', () => undefined);
  upgraded.write('GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await once(upgraded, 'data');
  await server.close({ graceMs: 20 });
  await expect.poll(() => [hanging, upgraded].every((socket) => socket.resume().destroyed)).toBe(true);
});

test.each([
  ['GET', ''],
  ['POST', 'a body'],
])('a %s that offers an upgrade to h2c is answered as any other', async (method, body) => {
  const upgrades: number[] = [];
  const server = await start({
    onUpgrade: () => upgrades.push(1),
    fetch: async (request) => new Response(`${request.method} got <${await request.text()}>`),
  });
  const socket = await open(server);
  const answer = text(socket);
  socket.write(
    `${method} / HTTP/1.1\r\n${h2cOffer}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 2)}`,
  );
  socket.write(body.slice(2));
  expect(await answer).toMatch(/^HTTP\/1.1 200 /);
  expect(await answer).toContain(`${method} got <${body}>`);
  expect(upgrades).toEqual([]);
});

// Node drops what follows such a request in the same segment: an answer to a later one must not pass for its answer.
test.each([
  ['no Connection header', {}, 'close'],
  ['one of its own', { Connection: 'Upgrade' }, 'Upgrade'],
])('an ignored offer ends the connection after its answer with %s', async (_what, headers, connection) => {
  const server = await start({
    onUpgrade: () => undefined,
    fetch: (request) => new Response(`${new URL(request.url).pathname};`, { headers }),
  });
  const socket = await open(server);
  const answer = text(socket);
  socket.write(`GET /first HTTP/1.1\r\n${h2cOffer}\r\nGET /second HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  socket.write('GET /third HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect((await answer).toLowerCase()).toContain(`\r\nconnection: ${connection.toLowerCase()}\r\n`);
  expect((await answer).match(/\/(?:first|second|third);/g)).toEqual(['/first;']);
});

test.each(['any', ['localhost']] as const)(
  'HTTP/1.1 without Host is refused in our words, hosts allowed: %s',
  async (allowedHosts) => {
    const server = await start({ allowedHosts, onUpgrade: (_request, socket) => socket.destroy() });
    for (const upgrade of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n']) {
      const answer = await exchange(server, `GET / HTTP/1.1\r\n${upgrade}\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('"code":"request_malformed"');
      expect(answer).toContain('Host');
    }
  },
);

test.each(['any', ['localhost']] as const)(
  'two Host headers are refused, also when they are the same, hosts allowed: %s',
  async (allowedHosts) => {
    const server = await start({ allowedHosts, onUpgrade: (_request, socket) => socket.destroy() });
    for (const upgrade of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n']) {
      const request = `GET / HTTP/1.1\r\nHost: localhost\r\nhost: localhost\r\n${upgrade}\r\n`;
      expect(await exchange(server, request)).toMatch(/^HTTP\/1.1 400 .*"code":"request_malformed"/s);
    }
  },
);

test.each([
  ['HTTP/1.0', 200],
  ['HTTP/2.0', 400],
  ['', 400],
])('with the version "%s" there is no upgrade, and the answer is %i', async (version, status) => {
  const upgrades: number[] = [];
  const server = await start({ onUpgrade: () => upgrades.push(1) });
  const request = `GET / ${version}`.trimEnd();
  const answer = await exchange(
    server,
    `${request}\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  expect(upgrades).toEqual([]);
});

test.each([
  ['an answer that is complete at once', (body: ReadableStreamDefaultController) => body.close()],
  [
    'an answer that goes on for a while',
    (body: ReadableStreamDefaultController) => void setTimeout(() => body.close(), 50),
  ],
])('what is no HTTP behind a request does not get into %s', async (_what, end) => {
  const server = await start({
    fetch: () => {
      const start = (body: ReadableStreamDefaultController): void => {
        body.enqueue(Buffer.from('the answer'));
        end(body);
      };
      return new Response(new ReadableStream({ start }));
    },
  });
  const answer = await exchange(server, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n');
  expect(answer.match(/HTTP\/1.1 /g)).toEqual(['HTTP/1.1 ']);
  expect(answer).toMatch(/^HTTP\/1.1 200 .*the answer.*\r\n0\r\n\r\n$/s);
});
