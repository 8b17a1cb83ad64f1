import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIMITS, type Refusal, refusal } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { RevocationView } from '@netra/token';
import { type Attempt, beginAttempt, type StepResult } from '../attempts/attempt.ts';
import type { Attempts } from '../attempts/attempts.ts';
import { exceptionFacts } from '../attempts/exception-facts.ts';
import type { Principal } from './authenticate.ts';
import { clientFacts } from './client-facts.ts';
import { watchClient } from './client-watch.ts';
import { checkConnectionLimit } from './connection-limit.ts';
import { ticketOf } from './credential.ts';
import { climb, headerOf, type LadderOptions } from './ladder.ts';
import { refuseSocket } from './refuse-socket.ts';

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
  /** Open connections and streams of a user, on this node. */
  connectionsOf: (userId: string) => number;
  revocations: RevocationView;
  /** Sends `101` and takes the socket over, in the same tick. */
  accept: (admitted: Admitted) => void;
  /** Default 3 s. */
  deadlineMs?: number;
  now: () => number;
  log: Logger;
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
  #pendingCount = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#ladder = { ...options, pending: { count: () => this.#pendingCount, max: MAX_PENDING } };
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#pendingCount++;
    this.#judge(request, socket, head)
      .catch((cause: unknown) => {
        this.#options.log.error({ err: cause }, 'an upgrade could not be answered');
        socket.destroy();
      })
      .finally(() => {
        this.#pendingCount--;
      });
  }

  async #judge(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Before anything else: an error without a listener would end the process.
    const ignoreError = () => undefined;
    socket.on('error', ignoreError);
    const client = clientFacts((name) => headerOf(request, name));
    const attempt = beginAttempt({ now: this.#options.now, client });
    const watch = watchClient(socket);
    const outcome = await this.#settle(climb(request, attempt, this.#ladder), attempt, watch.gone);
    const early = watch.release();
    if (!outcome.ok) return this.#refuse(request, socket, { attempt, refused: outcome.refusal });

    const principal = outcome.value;
    const standing = attempt.stepNow('revocation', () => this.#checkStanding(principal));
    if (!standing.ok) return this.#refuse(request, socket, { attempt, refused: standing.refusal });
    const place = checkConnectionLimit(attempt, this.#options.connectionsOf(principal.identity.userId));
    if (!place.ok) return this.#refuse(request, socket, { attempt, refused: place.refusal });
    socket.off('error', ignoreError);
    const { accept } = this.#options;
    accept({ principal, attemptId: attempt.id, request, socket, head: Buffer.concat([head, early]) });
  }

  /** Whichever comes first: the ladder's verdict, the deadline, or the client hanging up. */
  async #settle(
    climbing: Promise<StepResult<Principal>>,
    attempt: Attempt,
    gone: Promise<void>,
  ): Promise<StepResult<Principal>> {
    const { deadlineMs = LIMITS.handshakeDeadlineMs, log } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<StepResult<Principal>>((resolve) => {
      const late = () => resolve({ ok: false, refusal: refusal('handshake_deadline', lateDetail(attempt)) });
      timer = setTimeout(late, deadlineMs);
    });
    const left = gone.then((): StepResult<Principal> => ({ ok: false, refusal: refusal('client_gone') }));
    const judged = climbing.catch((cause: unknown): StepResult<Principal> => {
      log.error({ err: cause, attempt_id: attempt.id }, 'a step of the handshake threw');
      attempt.note({ facts: { exception: exceptionFacts(cause) } });
      return { ok: false, refusal: refusal('internal_error') };
    });
    try {
      return await Promise.race([judged, deadline, left]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What was revoked since the token was judged; from here to the connection nothing comes between. */
  #checkStanding({ identity }: Principal): StepResult<void> {
    const refused = this.#options.revocations.refusalFor(identity);
    return refused ? { ok: false, refusal: refused } : { ok: true, value: undefined };
  }

  async #refuse(
    request: IncomingMessage,
    socket: Duplex,
    { attempt, refused }: { attempt: Attempt; refused: Refusal },
  ): Promise<void> {
    const { attempts, tickets, publicUrl, origins, log } = this.#options;
    const record = attempt.finish(refused);
    attempts.record(record);
    const facts = { attempt_id: attempt.id, code: refused.code, step: record.steps.at(-1)?.step };
    log.info(facts, 'upgrade refused');
    if (refused.code === 'client_gone') {
      socket.destroy();
      return;
    }
    const ticket = ticketOf(request.headers['sec-websocket-protocol']);
    if (ticket !== undefined) {
      const recorded = tickets.recordRefusal(ticket, { refusal: refused, attemptId: attempt.id });
      await within(TICKET_RECORD_MS, recorded);
    }
    const corsHeaders = origins.corsHeaders(request.headers.origin);
    refuseSocket(socket, refused, { publicUrl, attemptId: attempt.id, corsHeaders });
  }
}

function lateDetail(attempt: Attempt): string {
  return `The step that was under way: ${attempt.current() ?? 'none'}.`;
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
