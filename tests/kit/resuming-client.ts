import { newId, type ServerFrame, type ThreadEvent } from '@netra/protocol';
import { type LightEnding, LightSocket } from './light-socket.ts';

export interface ResumingClientOptions {
  /** Where to go next; called for every connection. */
  readonly port: () => number;
  readonly token: string;
  readonly random: () => number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The thread to follow. Default: the one that its first message opens. */
  readonly threadId?: string;
  readonly onBytes?: (bytes: Buffer) => void;
  readonly onEvent?: (event: ThreadEvent) => void;
  /** The server said `connection_established`. */
  readonly onArrival?: () => void;
  /** All that was missed is there, so long after the attempt began. */
  readonly onCaughtUp?: (tookMs: number) => void;
  /** The server said `draining`, and when to come back. */
  readonly onDraining?: (reconnectAfterMs: number) => void;
}

type Kept = Pick<ThreadEvent, 'seq' | 'event_id' | 'type' | 'run_id'>;
type Subscribed = Extract<ServerFrame, { type: 'subscribed' }>;

/** Longest wait before the next attempt, where the server names no time; doubled by each failure, up to this often. */
const RETRY_MS = 150;
const MOST_DOUBLINGS = 5;

/**
 * A client written from the contract and not from our SDK: keeps `(epoch, seq)` of one thread, comes back after every
 * cut, resumes, sends again what was not acknowledged, and notes whatever the contract forbids.
 */
export class ResumingClient {
  readonly #options: ResumingClientOptions;
  readonly problems: string[] = [];
  /** From the start of an attempt that succeeded until the last event that the server named was there. */
  readonly caughtUpMs: number[] = [];
  readonly refusals = new Map<string, number>();
  /** Everything since the last snapshot. */
  kept: Kept[] = [];
  snapshots = 0;
  frames = 0;
  connections = 0;
  cuts = 0;
  threadId: string | undefined;
  #epoch: string | undefined;
  #lastSeq = 0;
  #socket: LightSocket | undefined;
  #isOpen = false;
  #isSubscribed = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #attemptAtMs = 0;
  #catchUpTo: number | undefined;
  #failures = 0;
  #comeBackAfterMs: number | undefined;
  #unacknowledged: { id: string; text: string; agent: string } | undefined;
  readonly #endedRuns = new Set<string>();
  #acknowledged: (() => void) | undefined;
  sent = 0;

  constructor(options: ResumingClientOptions) {
    this.#options = options;
    this.threadId = options.threadId;
    this.#connect();
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** From where it would resume. */
  position(): { readonly epoch?: string; readonly after_seq: number } {
    return { ...(this.#epoch !== undefined && { epoch: this.#epoch }), after_seq: this.#lastSeq };
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  isLive(): boolean {
    return this.#isSubscribed && this.#catchUpTo === undefined;
  }

  hasEnded(runId: string): boolean {
    return this.#endedRuns.has(runId);
  }

  /** One at a time. Resolves when it is acknowledged, however often that takes another connection. */
  async say(text: string, agent: string): Promise<void> {
    this.#unacknowledged = { id: newId('ref'), text, agent };
    this.sent++;
    const done = new Promise<void>((resolve) => {
      this.#acknowledged = resolve;
    });
    if (this.#isSubscribed || this.threadId === undefined) this.#sendMessage();
    await done;
  }

  /** The connection dies here and now, without a word. */
  cut(): void {
    this.cuts++;
    this.#socket?.destroy();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #connect(): void {
    if (this.#isStopped) return;
    this.#attemptAtMs = performance.now();
    this.#isSubscribed = false;
    this.#comeBackAfterMs = undefined;
    const { port, token, headers = {}, onBytes } = this.#options;
    this.#socket = new LightSocket({
      port: port(),
      token,
      headers,
      ...(onBytes && { onBytes }),
      // The server's own frames, which the contract's tests check elsewhere.
      onFrame: (text) => this.#receive(JSON.parse(text) as ServerFrame),
      onEnd: (ending) => this.#ended(ending),
    });
  }

  #ended({ refused, close }: LightEnding): void {
    this.#isOpen = false;
    this.#isSubscribed = false;
    this.#catchUpTo = undefined;
    const code = refused?.code ?? close?.reason;
    if (code !== undefined) this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    if (this.#isStopped) return;
    const spreadMs = this.#options.random() * RETRY_MS * 2 ** Math.min(this.#failures++, MOST_DOUBLINGS);
    const waitMs = this.#comeBackAfterMs ?? refused?.retryAfterMs ?? 0;
    this.#timer = setTimeout(() => this.#connect(), waitMs + spreadMs);
  }

  #receive(frame: ServerFrame): void {
    this.frames++;
    if ('seq' in frame && 'event_id' in frame) this.#take(frame);
    else if (frame.type === 'connection_established') this.#arrive();
    else if (frame.type === 'subscribed') this.#subscribed(frame);
    else if (frame.type === 'draining') this.#draining(frame.reconnect_after_ms);
    else if (frame.type === 'ack') this.#settle(frame);
    else if (frame.type === 'error') this.problems.push(`error ${frame.code}: ${frame.detail}`);
  }

  #draining(reconnectAfterMs: number): void {
    this.#comeBackAfterMs = reconnectAfterMs;
    this.#options.onDraining?.(reconnectAfterMs);
  }

  #arrive(): void {
    this.connections++;
    this.#failures = 0;
    this.#isOpen = true;
    this.#options.onArrival?.();
    if (this.threadId === undefined) {
      this.#sendMessage();
      return;
    }
    const from = this.#epoch === undefined ? {} : { epoch: this.#epoch, after_seq: this.#lastSeq };
    this.#socket?.send({ type: 'subscribe', id: newId('ref'), thread_id: this.threadId, ...from });
  }

  #subscribed({ epoch, last_seq, recovered, snapshot }: Subscribed): void {
    if (!recovered) {
      if (snapshot === undefined) this.problems.push('not recovered, and no snapshot');
      if (this.#epoch !== undefined) this.snapshots++;
      this.#lastSeq = last_seq;
      this.kept = [];
    }
    this.#epoch = epoch;
    this.#isSubscribed = true;
    this.#catchUpTo = Math.max(last_seq, this.#lastSeq);
    this.#noteCatchUp();
    this.#sendMessage();
  }

  #sendMessage(): void {
    const message = this.#unacknowledged;
    if (message === undefined) return;
    const place = this.threadId === undefined ? {} : { thread_id: this.threadId };
    this.#socket?.send({ type: 'user_message', ...message, ...place });
  }

  #settle(ack: Extract<ServerFrame, { type: 'ack' }>): void {
    if (ack.ref !== this.#unacknowledged?.id) return;
    this.#unacknowledged = undefined;
    if (this.threadId === undefined) {
      this.threadId = ack.thread_id;
      this.#epoch = ack.epoch;
      this.#lastSeq = (ack.seq ?? 1) - 1;
      this.#isSubscribed = true;
    }
    this.#acknowledged?.();
  }

  #take(event: ThreadEvent): void {
    if (event.thread_id !== this.threadId) {
      this.problems.push(`an event of ${event.thread_id}, which is not subscribed`);
      return;
    }
    if (event.epoch !== this.#epoch) this.problems.push(`epoch ${event.epoch} instead of ${this.#epoch}`);
    if (event.seq !== this.#lastSeq + 1) this.problems.push(outOfOrder(event.seq, this.#lastSeq));
    this.#lastSeq = event.seq;
    const { seq, event_id, type, run_id } = event;
    this.kept.push({ seq, event_id, type, run_id });
    if (/^agent_(completed|failed|cancelled)$/.test(type)) this.#endedRuns.add(run_id);
    this.#options.onEvent?.(event);
    this.#noteCatchUp();
  }

  get endedRuns(): number {
    return this.#endedRuns.size;
  }

  #noteCatchUp(): void {
    if (this.#catchUpTo === undefined || this.#lastSeq < this.#catchUpTo) return;
    this.#catchUpTo = undefined;
    const tookMs = performance.now() - this.#attemptAtMs;
    this.caughtUpMs.push(tookMs);
    this.#options.onCaughtUp?.(tookMs);
  }
}

function outOfOrder(seq: number, lastSeq: number): string {
  if (seq <= lastSeq) return `seq ${seq} came again after ${lastSeq}`;
  const missing = seq === lastSeq + 2 ? `seq ${seq - 1} is` : `seq ${lastSeq + 1} to ${seq - 1} are`;
  return `${missing} missing: ${seq} came after ${lastSeq}`;
}
