import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LIMITS, type Refusal, refusal } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { MaybePromise, RevocationView } from '@netra/token';
import { type Attempt, beginAttempt, type StepResult } from '../attempts/attempt.ts';
import type { Attempts } from '../attempts/attempts.ts';
import { exceptionFacts } from '../attempts/exception-facts.ts';
import { within } from '../within.ts';
import type { Principal } from './authenticate.ts';
import { clientFacts, isTest } from './client-facts.ts';
import { checkConnectionLimit, type Places } from './connection-limit.ts';
import { ticketOf } from './credential.ts';
import { climb, enter, headerOf, type LadderOptions, senderOf } from './ladder.ts';
import { createRefusalLog } from './refusal-log.ts';
import { refuseSocket } from './refuse-socket.ts';
import { settle } from './settle.ts';

const MAX_PENDING = 1_000;
/** A refusal waits this long for its ticket's record: the client asks for it right after. */
const TICKET_RECORD_MS = 250;

export interface Admitted {
  principal: Principal;
  attemptId: string;
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

export interface AdmissionOptions extends Omit<LadderOptions, 'pending'> {
  attempts: Attempts;
  publicUrl: string;
  places: Places;
  revocations: RevocationView;
  /** Sends `101` and takes the socket over, in the same tick. */
  accept: (admitted: Admitted) => void;
  /** Default 3 s. */
  deadlineMs?: number;
  /** Named where something threw. */
  release?: string | undefined;
  now: () => number;
  log: Logger;
}

interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  attempt: Attempt;
}

export interface Admission {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Judges upgrades: until every rung is passed not one byte of `101` is written and nothing is kept for the user. */
export function createAdmission(options: AdmissionOptions): Admission {
  return new UpgradeJudge(options);
}

class UpgradeJudge implements Admission {
  readonly #options: AdmissionOptions;
  readonly #ladder: LadderOptions;
  readonly #refusalLog: ReturnType<typeof createRefusalLog>;
  #pendingCount = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#refusalLog = createRefusalLog(options.log);
    this.#ladder = { ...options, pending: { count: () => this.#pendingCount, max: MAX_PENDING } };
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Before anything else: an error without a listener would end the process.
    socket.on('error', ignoreError);
    const attempt = beginAttempt({ now: this.#options.now });
    attempt.note(() => ({ client: clientFacts((name) => headerOf(request, name)) }));
    const upgrade = { request, socket, head, attempt };
    const entry = this.#enter(upgrade);
    if (entry.ok) this.#judge(upgrade);
    else void this.#refuse(upgrade, entry.refusal);
  }

  /** In one turn: what a flood is refused for makes no promise, no timer and no watch. */
  #enter({ request, attempt }: Upgrade): StepResult<void> {
    try {
      return enter(request, attempt, this.#ladder);
    } catch (cause) {
      return { ok: false, refusal: this.#defect(cause, attempt) };
    }
  }

  /** Never throws: what throws is refused, too. In one turn where nobody is waited for, as in most handshakes. */
  #judge(upgrade: Upgrade): void {
    const verdict = this.#climb(upgrade);
    if (verdict instanceof Promise) void this.#judgeLater(upgrade, verdict);
    else void this.#conclude(upgrade, verdict);
  }

  #climb({ request, attempt }: Upgrade): MaybePromise<StepResult<Principal>> {
    try {
      return climb(request, attempt, this.#ladder);
    } catch (cause) {
      return { ok: false, refusal: this.#defect(cause, attempt) };
    }
  }

  /** Whichever comes first: the ladder's verdict, the deadline, or the client hanging up. */
  async #judgeLater(upgrade: Upgrade, work: Promise<StepResult<Principal>>): Promise<void> {
    const { attempt, socket, head } = upgrade;
    const { deadlineMs = LIMITS.handshakeDeadlineMs } = this.#options;
    const settled = settle<StepResult<Principal>>({
      work,
      socket,
      deadlineMs,
      onThrown: (cause) => ({ ok: false, refusal: this.#defect(cause, attempt) }),
      onLate: () => ({ ok: false, refusal: refusal('handshake_deadline', lateDetail(attempt)) }),
      onGone: () => ({ ok: false, refusal: refusal('client_gone') }),
    });
    try {
      const { outcome, early } = await this.#pendingWhile(settled);
      await this.#conclude({ ...upgrade, head: Buffer.concat([head, early]) }, outcome);
    } catch (cause) {
      await this.#refuse(upgrade, this.#defect(cause, attempt));
    }
  }

  /** Lets in or refuses. Undefined: it is done. */
  #conclude(upgrade: Upgrade, verdict: StepResult<Principal>): Promise<void> | undefined {
    const { request, attempt } = upgrade;
    try {
      const outcome = verdict.ok ? this.#letIn(upgrade, verdict.value) : verdict;
      if (!outcome.ok) return this.#refuse(upgrade, outcome.refusal);
      this.#options.attempts.handshakes.record('accepted', attempt.steps(), isTest(request));
      return undefined;
    } catch (cause) {
      return this.#refuse(upgrade, this.#defect(cause, attempt));
    }
  }

  #letIn(upgrade: Upgrade, principal: Principal): StepResult<void> {
    const { attempt } = upgrade;
    const standing = attempt.stepNow('revocation', () => this.#checkStanding(principal));
    if (!standing.ok) return standing;
    const place = checkConnectionLimit(attempt, principal.identity.userId, this.#options.places);
    if (!place.ok) return place;
    return attempt.stepNow('upgrade', () => this.#accept(upgrade, principal));
  }

  #accept({ request, socket, head, attempt }: Upgrade, principal: Principal): StepResult<void> {
    const writtenBytes = writtenTo(socket);
    try {
      this.#options.accept({ principal, attemptId: attempt.id, request, socket, head });
    } catch (cause) {
      // A refusal behind a `101` would be read as a broken frame.
      if (writtenTo(socket) !== writtenBytes) socket.destroy();
      throw cause;
    }
    socket.off('error', ignoreError);
    return { ok: true, value: undefined };
  }

  /** What was revoked since the token was judged; from here to the connection nothing comes between. */
  #checkStanding({ identity }: Principal): StepResult<void> {
    const refused = this.#options.revocations.refusalFor(identity);
    return refused ? { ok: false, refusal: refused } : { ok: true, value: undefined };
  }

  /** The refusal for what threw: never more than its class and place are kept, and the client is told neither. */
  #defect(cause: unknown, attempt: Attempt): Refusal {
    const { log, release } = this.#options;
    log.error({ err: cause, attempt_id: attempt.id }, 'a step of the handshake threw');
    attempt.note({ facts: { exception: exceptionFacts(cause, release) } });
    return refusal('internal_error');
  }

  /** Whatever fails while it is recorded, it is refused. */
  async #refuse(upgrade: Upgrade, refused: Refusal): Promise<void> {
    const { request, attempt } = upgrade;
    try {
      this.#record(request, attempt, refused);
      const ticketRecord = this.#recordOnTicket(request, attempt, refused);
      if (ticketRecord !== undefined) await this.#pendingWhile(ticketRecord);
    } catch (cause) {
      this.#options.log.error({ err: cause, attempt_id: attempt.id }, 'a refusal could not be recorded');
    }
    this.#answer(upgrade, refused);
  }

  /** Who waits takes a place among those that are judged, so that no crowd of them waits for the database. */
  async #pendingWhile<Value>(work: Promise<Value>): Promise<Value> {
    this.#pendingCount++;
    try {
      return await work;
    } finally {
      this.#pendingCount--;
    }
  }

  #answer({ request, socket, attempt }: Upgrade, refused: Refusal): void {
    const { publicUrl, origins, log } = this.#options;
    try {
      if (refused.code === 'client_gone') socket.destroy();
      else {
        const corsHeaders = origins.corsHeaders(request.headers.origin);
        refuseSocket(socket, refused, { publicUrl, attemptId: attempt.id, corsHeaders });
      }
    } catch (cause) {
      log.error({ err: cause, attempt_id: attempt.id }, 'an upgrade could not be answered');
      socket.destroy();
    }
  }

  #record(request: IncomingMessage, attempt: Attempt, refused: Refusal): void {
    const { attempts, addressGate } = this.#options;
    const steps = attempt.end(refused.code);
    attempts.handshakes.record(refused.code, steps, isTest(request));
    const sender = addressGate.keyOf(senderOf(request));
    if (attempts.mayKeep(sender, refused.code)) attempts.record(attempt.finish(refused));
    this.#refusalLog.tell({ attempt_id: attempt.id, code: refused.code, step: steps.at(-1)?.step });
  }

  /** Undefined: there is nothing to wait for. */
  #recordOnTicket(
    request: IncomingMessage,
    attempt: Attempt,
    refused: Refusal,
  ): Promise<unknown> | undefined {
    const ticket = ticketOf(request.headers['sec-websocket-protocol']);
    if (ticket === undefined || refused.code === 'client_gone') return undefined;
    const recorded = this.#options.tickets.recordRefusal(ticket, {
      refusal: refused,
      attemptId: attempt.id,
    });
    return within(recorded, TICKET_RECORD_MS);
  }
}

function writtenTo(socket: Duplex): number {
  return socket instanceof Socket ? socket.bytesWritten : socket.writableLength;
}

function ignoreError(): void {
  // Whoever owns the socket by then notices its close.
}

function lateDetail(attempt: Attempt): string {
  return `The step that was under way: ${attempt.current() ?? 'none'}.`;
}
