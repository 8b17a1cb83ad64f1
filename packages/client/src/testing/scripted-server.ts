import type { ClientFrame, ReasonCode, ServerFrame } from '@netra/protocol';
import { problemOf, refusal } from '@netra/protocol';
import type { WebSocketLike } from '../websocket.ts';

export const BASE_URL = 'http://netra.test';
const AT = '2026-01-01T00:00:00.000Z';

type Listener = (event: { data: unknown; code: number; reason: string }) => void;

/** A frame without `at`: the server adds it. */
export type ScriptedFrame = ServerFrame extends infer Frame
  ? Frame extends ServerFrame
    ? Omit<Frame, 'at'>
    : never
  : never;

/** The server's end of one socket that the client opened. */
export class ScriptedSocket implements WebSocketLike {
  readonly sent: ClientFrame[] = [];
  readonly url: string;
  readonly protocols: string[];
  closedWith: number | undefined;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    // The client's frames are typed where they are made.
    this.sent.push(JSON.parse(text) as ClientFrame);
  }

  close(code = 1005): void {
    this.drop(code);
  }

  get ticket(): string {
    return this.protocols[1]?.replace('ticket.', '') ?? '';
  }

  establish(overrides: Partial<Extract<ServerFrame, { type: 'connection_established' }>> = {}): void {
    this.push({
      type: 'connection_established',
      connection_id: 'con_1',
      user_id: 'usr_a',
      session_id: 'ses_1',
      roles: ['user'],
      permissions: ['chat'],
      token_expires_at: AT,
      heartbeat_ms: 25_000,
      max_frame_bytes: 65_536,
      protocol: 'netra.v1',
      server_time: AT,
      attempt_id: 'att_1',
      ...overrides,
    });
  }

  push(frame: ScriptedFrame): void {
    this.#emit('message', { data: JSON.stringify({ at: AT, ...frame }), code: 0, reason: '' });
  }

  /** Ends the socket from the server's side, or by a lost network (1006). */
  drop(code = 1006, reason = ''): void {
    if (this.closedWith !== undefined) return;
    this.closedWith = code;
    this.#emit('close', { data: undefined, code, reason });
  }

  /** The last frame of a type that the client sent. */
  last<Type extends ClientFrame['type']>(type: Type): Extract<ClientFrame, { type: Type }> {
    const frame = this.sent.findLast((one) => one.type === type);
    if (frame === undefined) throw new Error(`The client sent no ${type}.`);
    // Found by its type.
    return frame as Extract<ClientFrame, { type: Type }>;
  }

  count(type: ClientFrame['type']): number {
    return this.sent.filter((frame) => frame.type === type).length;
  }

  #emit(type: string, event: Parameters<Listener>[0]): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What the server answers to a request; undefined for the default (tickets are given, all else is 404). */
export type Route = (request: SeenRequest) => Response | Promise<Response> | undefined;

/** A server made of a script: `fetch` and `WebSocket` to pass to the client, and what it saw of them. */
export function createScriptedServer() {
  const sockets: ScriptedSocket[] = [];
  const requests: SeenRequest[] = [];
  const routes: Route[] = [];
  let ticketCount = 0;

  const WebSocket = class extends ScriptedSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  };

  const fetchScripted: typeof fetch = async (input, init) => {
    const request = seen(input instanceof Request ? input.url : input.toString(), init);
    requests.push(request);
    init?.signal?.throwIfAborted();
    for (const route of [...routes].reverse()) {
      const answer = route(request);
      if (answer !== undefined) return Promise.race([answer, whenAborted(init?.signal)]);
    }
    if (request.path !== '/v1/ws/ticket') return problem('route_unknown');
    ticketCount += 1;
    const ticket = `tck_${ticketCount}`;
    return Response.json(
      {
        ticket,
        expires_in_ms: 30_000,
        ws_url: 'ws://netra.test/ws',
        user_id: 'usr_a',
        session_id: 'ses_1',
        roles: ['user'],
        permissions: ['chat'],
        token_expires_at: '2026-01-01T01:00:00.000Z',
      },
      { status: 201 },
    );
  };

  return {
    sockets,
    requests,
    fetch: fetchScripted,
    WebSocket,
    /** Later routes come first. */
    route: (route: Route) => void routes.push(route),
    get socket(): ScriptedSocket {
      const last = sockets.at(-1);
      if (last === undefined) throw new Error('The client opened no socket.');
      return last;
    },
    count: (path: string) => requests.filter((request) => request.path === path).length,
  };
}

/** Rejects as the real `fetch` does; without a signal, never. */
function whenAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
  });
}

export function problem(code: ReasonCode, options: { afterMs?: number; extra?: object } = {}): Response {
  const refused = refusal(code, undefined, options.afterMs);
  const body = { ...problemOf(refused, { publicUrl: BASE_URL, attemptId: 'att_9' }), ...options.extra };
  const headers = { 'content-type': 'application/problem+json' };
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

function seen(url: string, init: RequestInit | undefined): SeenRequest {
  const { pathname, search } = new URL(url);
  const headers = new Headers(init?.headers);
  const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
  const token = headers.get('authorization')?.replace('Bearer ', '');
  return { method: init?.method ?? 'GET', path: pathname + search, token, headers, body };
}
