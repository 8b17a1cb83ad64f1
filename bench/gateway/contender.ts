/**
 * Who is measured. `delivery` is Netra's write path without a journal, `journal` the same with one, `verified` is `bare`
 * that judges tokens.
 */
export type ContenderName = 'netra' | 'delivery' | 'journal' | 'bare' | 'verified' | 'socket.io';

export interface Delivered {
  events: number;
  cpuMs: number;
  wallMs: number;
}

export interface DeliverRequest {
  /** Events for each socket in one turn of the event loop. */
  perTick: number;
  durationMs: number;
  /** Events for each socket, the sockets evenly spread over the time. Absent: as fast as the sockets take them. */
  perSecond?: number;
}

/** One server as the measurement sees it, from inside its process. */
export interface Contender {
  readonly port: number;
  /** Different tokens of so many users. */
  tokens(count: number, users: number): string[];
  /** Sends events to every open socket, each its own. */
  deliver(request: DeliverRequest): Promise<Delivered>;
  openCount(): number | Promise<number>;
}

export interface Usage {
  cpuMs: number;
  rssBytes: number;
  heapBytes: number;
}

export type Call = { id: number } & (
  | { method: 'tokens'; count: number; users: number }
  | ({ method: 'deliver' } & DeliverRequest)
  | { method: 'usage'; isCollected: boolean }
  | { method: 'open' }
);

export interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}
