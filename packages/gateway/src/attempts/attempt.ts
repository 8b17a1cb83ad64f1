import type { AttemptClient, AttemptFacts, AttemptRecord, AttemptStep } from '@netra/diagnosis';
import { newId, type ReasonCode, type Refusal } from '@netra/protocol';
import type { MaybePromise } from '@netra/token';
import { cleanText, isCleanText } from './clean-text.ts';

/** Longest text in a record; what clients send is cut shorter where it is read. */
const MAX_TEXT_CHARS = 500;

/** The rungs of the ladder, in the order in which they are climbed. */
type StepName =
  | 'path'
  | 'draining'
  | 'address_rate'
  | 'capacity'
  | 'upgrade_headers'
  | 'origin'
  | 'subprotocol'
  | 'credential'
  | 'ticket'
  | 'token'
  | 'user_status'
  | 'permission'
  | 'revocation'
  | 'connection_limit'
  | 'upgrade';

/** What a step found: nothing, or why the attempt ends here. */
export type StepResult<Value> = { ok: true; value: Value } | { ok: false; refusal: Refusal };

/** Refusals that say "a dependency failed", not "you did something wrong". */
const FAILURE_CODES: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'auth_unavailable',
  'keys_unavailable',
  'database_unavailable',
  'internal_error',
]);

interface Known {
  userId?: string;
  client?: AttemptClient;
  facts?: AttemptFacts;
}

export interface Attempt {
  readonly id: string;
  /**
   * Runs one step and records its outcome and duration; what is known at once is given at once. A step that throws is
   * recorded as failed and rethrown.
   */
  step<Value>(name: StepName, run: () => MaybePromise<StepResult<Value>>): MaybePromise<StepResult<Value>>;
  /** The same for a step that must not yield to other work, such as one that takes a place. */
  stepNow<Value>(name: StepName, run: () => StepResult<Value>): StepResult<Value>;
  /** The step under way, if any. */
  current(): StepName | undefined;
  /** Those that ended, in order. */
  steps(): readonly AttemptStep[];
  /** Adds what the server knows by now; a function is asked only when a record is made. Never a credential. Texts may come from the client as they are. */
  note(known: Known | (() => Known)): void;
  /** Ends the attempt: a step still under way gets the outcome that fits the code. Gives all of them, in order. */
  end(code: ReasonCode): readonly AttemptStep[];
  /** Ends the attempt, and puts together what is known of it. */
  finish(refused: Refusal): AttemptRecord;
}

/** Starts the record of one attempt. Durations come from the monotonic clock, `at` from `now`. */
export function beginAttempt(options: { now: () => number; client?: AttemptClient }): Attempt {
  return new RunningAttempt(options.now(), options.client);
}

/** A class, for there is one for every handshake: an object of closures is several times as large. */
class RunningAttempt implements Attempt {
  readonly id = newId('att');
  readonly #startedAtMs: number;
  readonly #client: AttemptClient | undefined;
  readonly #steps: AttemptStep[] = [];
  // Most attempts are accepted and leave no record: what they would say is put together when one is made.
  readonly #notes: (Known | (() => Known))[] = [];
  #running: StepName | undefined;
  #runningSinceMs = 0;

  constructor(startedAtMs: number, client: AttemptClient | undefined) {
    this.#startedAtMs = startedAtMs;
    this.#client = client;
  }

  stepNow<Value>(name: StepName, run: () => StepResult<Value>): StepResult<Value> {
    this.#begin(name);
    try {
      return this.#settle(run());
    } catch (cause) {
      this.#close('failed');
      throw cause;
    }
  }

  step<Value>(name: StepName, run: () => MaybePromise<StepResult<Value>>): MaybePromise<StepResult<Value>> {
    this.#begin(name);
    try {
      const result = run();
      return result instanceof Promise ? this.#settleLater(result) : this.#settle(result);
    } catch (cause) {
      this.#close('failed');
      throw cause;
    }
  }

  current(): StepName | undefined {
    return this.#running;
  }

  steps(): readonly AttemptStep[] {
    return this.#steps;
  }

  note(known: Known | (() => Known)): void {
    this.#notes.push(known);
  }

  end(code: ReasonCode): readonly AttemptStep[] {
    this.#close(outcomeOf(code));
    return this.#steps;
  }

  finish({ code, detail }: Refusal): AttemptRecord {
    const steps = this.end(code);
    const { userId, client, facts } = together(this.#notes, this.#client);
    return cleanRecord({
      attempt_id: this.id,
      at: new Date(this.#startedAtMs).toISOString(),
      code,
      steps: [...steps],
      client,
      facts,
      ...(detail === undefined ? {} : { detail }),
      ...(userId === undefined ? {} : { user_id: userId }),
    });
  }

  #begin(name: StepName): void {
    this.#running = name;
    this.#runningSinceMs = performance.now();
  }

  async #settleLater<Value>(result: Promise<StepResult<Value>>): Promise<StepResult<Value>> {
    try {
      return this.#settle(await result);
    } catch (cause) {
      this.#close('failed');
      throw cause;
    }
  }

  #settle<Value>(result: StepResult<Value>): StepResult<Value> {
    this.#close(result.ok ? 'ok' : FAILURE_CODES.has(result.refusal.code) ? 'failed' : 'refused');
    return result;
  }

  #close(outcome: AttemptStep['outcome']): void {
    if (this.#running === undefined) return;
    const durationMs = Math.round((performance.now() - this.#runningSinceMs) * 1000) / 1000;
    this.#steps.push({ step: this.#running, outcome, duration_ms: durationMs });
    this.#running = undefined;
  }
}

/** What was noted last counts. Into objects of its own: a copy for each note would cost more than all the rest. */
function together(
  notes: readonly (Known | (() => Known))[],
  client: AttemptClient = {},
): { userId: string | undefined; client: AttemptClient; facts: AttemptFacts } {
  const all: { userId: string | undefined; client: AttemptClient; facts: AttemptFacts } = {
    userId: undefined,
    client: { ...client },
    facts: {},
  };
  for (const note of notes) {
    const known = typeof note === 'function' ? note() : note;
    if (known.userId !== undefined) all.userId = known.userId;
    if (known.client !== undefined) Object.assign(all.client, known.client);
    if (known.facts !== undefined) Object.assign(all.facts, known.facts);
  }
  return all;
}

function outcomeOf(code: ReasonCode): AttemptStep['outcome'] {
  if (code === 'client_gone') return 'client_gone';
  return code === 'handshake_deadline' ? 'timed_out' : 'failed';
}

/** Whatever a client wrote into its request or token, the record can be stored. */
function cleanRecord(record: AttemptRecord): AttemptRecord {
  // To look costs less than the rest of a refusal, to copy several times as much, and hardly any record needs it.
  if (isClean(record)) return record;
  const text = JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'string' ? cleanText(value, MAX_TEXT_CHARS) : value,
  );
  // The same record, its texts aside.
  return JSON.parse(text) as AttemptRecord;
}

function isClean(value: unknown): boolean {
  if (typeof value === 'string') return isCleanText(value, MAX_TEXT_CHARS);
  if (typeof value !== 'object' || value === null) return true;
  // Records are plain: what `for…in` finds is their own. `Object.values` would make a list for each.
  for (const key in value) if (!isClean((value as Record<string, unknown>)[key])) return false;
  return true;
}
