import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { poll } from './poll.ts';

type Program = 'nginx' | 'haproxy';

const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
const SNIPPETS = fileURLToPath(new URL('../../deploy/proxies/', import.meta.url));
/** Nobody: a proxy that starts as root would switch to a user that may not exist here. */
const NOBODY = 65_534;

/** Where the program is; undefined where it is not. `NETRA_REQUIRE_ALL` makes its absence a failure. */
export function findProxy(program: Program): string | undefined {
  const found = FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (found === undefined && process.env.NETRA_REQUIRE_ALL === '1')
    throw new Error(`No ${program} was found. Install it (Debian: apt-get install ${program}).`);
  return found;
}

/** The text of the snippet that `docs/operating.md` shows. */
export function readSnippet(file: 'nginx.conf' | 'haproxy.cfg'): Promise<string> {
  return readFile(join(SNIPPETS, file), 'utf8');
}

export interface ProxyOptions {
  readonly gatewayPorts: readonly number[];
  readonly authPort: number;
  /** Default: a free one. */
  readonly port?: number;
  /** A last change of the snippet. */
  readonly change?: (text: string) => string;
}

export interface ProxyProcess {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** nginx with `deploy/proxies/nginx.conf`, but for addresses and what the test changes. */
export async function startNginx(options: ProxyOptions): Promise<ProxyProcess> {
  const port = options.port ?? (await freePort());
  const { gatewayPorts, authPort, change = (text) => text } = options;
  const snippet = (await readSnippet('nginx.conf'))
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replace('server 127.0.0.1:8080;', gatewayPorts.map((each) => `server 127.0.0.1:${each};`).join(' '))
    .replace('server 127.0.0.1:8081;', `server 127.0.0.1:${authPort};`);
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path temp;`,
  );
  return startProxy('nginx', port, {
    text: `events {}\nerror_log error.log;\nhttp {\naccess_log off;\n${folders.join('\n')}\n${change(snippet)}}\n`,
    args: (folder) => ['-p', folder, '-c', 'config', '-e', 'error.log', '-g', 'daemon off; pid pid;'],
  });
}

/** HAProxy with `deploy/proxies/haproxy.cfg`, but for addresses and what the test changes. */
export async function startHaproxy(options: ProxyOptions): Promise<ProxyProcess> {
  const port = options.port ?? (await freePort());
  const { gatewayPorts, authPort, change = (text) => text } = options;
  const servers = gatewayPorts.map((each, index) => `server gateway${index + 1} 127.0.0.1:${each}`);
  const snippet = (await readSnippet('haproxy.cfg'))
    .replace('bind :80', `bind 127.0.0.1:${port}`)
    .replace('server gateway1 127.0.0.1:8080', servers.join('\n    '))
    .replace('127.0.0.1:8081', `127.0.0.1:${authPort}`);
  return startProxy('haproxy', port, {
    text: change(snippet),
    args: (folder) => ['-f', join(folder, 'config'), '-db'],
  });
}

async function startProxy(
  program: Program,
  port: number,
  { text, args }: { text: string; args: (folder: string) => string[] },
): Promise<ProxyProcess> {
  const path = findProxy(program);
  if (path === undefined) throw new Error(`${program} is missing`);
  const folder = await mkdtemp(join(tmpdir(), `netra-${program}-`));
  await chmod(folder, 0o777);
  await writeFile(join(folder, 'config'), text);
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(path, args(folder), { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder, ...identity });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  await poll(
    () => {
      if (child.exitCode !== null) throw new Error(`${program} ended by itself:\n${printed}`);
      return isListening(port);
    },
    { what: () => `${program} to listen; it printed:\n${printed}` },
  );
  return {
    url: `http://localhost:${port}`,
    port,
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function isListening(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(undefined));
    socket.on('connect', () => socket.destroy());
  });
}
