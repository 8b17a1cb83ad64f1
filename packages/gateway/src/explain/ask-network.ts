import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { NetworkSplit } from '@netra/diagnosis';

type Part = NonNullable<NetworkSplit['failed_at']>;

/** Below the budget of an explanation: a slow answer is worth telling, and a late one is not told at all. */
const HTTP_LIMIT_MS = 1_000;

/**
 * The way to a service, taken apart: name, connection, TLS, and then an answer by `ask`, which gives what is wrong with it
 * in a word. What fails is named, and what comes after it is left out.
 */
export async function askNetwork(
  baseUrl: string,
  { ask, signal }: { ask: (signal: AbortSignal) => Promise<string | undefined>; signal: AbortSignal },
): Promise<NetworkSplit> {
  const { hostname, host, port, protocol } = new URL(baseUrl);
  const isTls = protocol === 'https:';
  const name = hostname.replace(/^\[|\]$/g, '');
  const target = { name, port: Number(port) || (isTls ? 443 : 80) };
  let part: Part = 'dns';
  const split: { -readonly [Key in keyof NetworkSplit]: NetworkSplit[Key] } = { host };
  try {
    const looked = await timed(() => lookup(name));
    split.dns_ms = looked.ms;
    part = 'tcp';
    split.tcp_ms = (
      await timed(() => open(connect(target.port, looked.value.address), 'connect', signal))
    ).ms;
    if (isTls) {
      part = 'tls';
      const toTls = () =>
        connectTls({
          host: looked.value.address,
          port: target.port,
          servername: isIP(name) === 0 ? name : '',
        });
      const wholeMs = (await timed(() => open(toTls(), 'secureConnect', signal))).ms;
      split.tls_ms = Math.max(0, wholeMs - split.tcp_ms);
    }
    part = 'http';
    const asked = await timed(() => within(HTTP_LIMIT_MS, ask));
    split.http_ms = asked.ms;
    if (asked.value !== undefined) throw new Error('no answer', { cause: { code: asked.value } });
  } catch (cause) {
    split.failed_at = part;
    split.error = wordOf(cause);
  }
  return split;
}

async function open(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  try {
    await once(socket, event, { signal });
  } finally {
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

async function within<Value>(ms: number, ask: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), ms);
  try {
    return await ask(ending.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ ms: number; value: Value }> {
  const startedAtMs = performance.now();
  const value = await work();
  return { ms: Math.round(performance.now() - startedAtMs), value };
}

/** `ECONNREFUSED` and the like: a message may hold an address. */
export function wordOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  const code: unknown = typeof inner === 'object' && inner !== null ? Reflect.get(inner, 'code') : undefined;
  if (typeof code === 'string') return code;
  return cause instanceof Error ? cause.name : 'failed';
}
