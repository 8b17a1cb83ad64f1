import { once } from 'node:events';
import { newId, SUBPROTOCOL } from '@netra/protocol';
import { WebSocket } from 'ws';

/** When each of these arrived, on the clock of `performance.now()`. */
interface RunTimes {
  readonly ackMs: number;
  readonly startedMs: number;
  readonly firstMessageMs: number;
}

export interface TimedSocket {
  /** Sends a message in a new thread, waits for the end of its run. */
  ask(text: string): Promise<RunTimes>;
  close(): void;
}

export async function connectTimed(url: string, token: string): Promise<TimedSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, [SUBPROTOCOL], {
    headers: { authorization: `Bearer ${token}` },
  });
  await once(socket, 'open');
  return { ask: (text) => ask(socket, text), close: () => socket.close() };
}

function ask(socket: WebSocket, text: string): Promise<RunTimes> {
  const id = newId('ref');
  const times = new Map<string, number>();
  return new Promise((resolve, reject) => {
    const onMessage = (data: Buffer): void => {
      const at = performance.now();
      const { type } = JSON.parse(data.toString()) as { type: string };
      if (!times.has(type)) times.set(type, at);
      if (type === 'error' || type === 'agent_failed') reject(new Error(data.toString()));
      if (type !== 'agent_completed') return;
      socket.off('message', onMessage);
      const at0 = (name: string): number => times.get(name) ?? Number.NaN;
      resolve({ ackMs: at0('ack'), startedMs: at0('agent_started'), firstMessageMs: at0('agent_message') });
    };
    socket.on('message', onMessage);
    socket.send(JSON.stringify({ type: 'user_message', id, text }));
  });
}
