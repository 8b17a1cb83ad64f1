import fc from 'fast-check';
import { expect } from 'vitest';
import { mutatedBytes } from './mutated-bytes.ts';
import { rawExchange, upgradeText } from './raw-exchange.ts';
import { encodeWireFrame, OPCODE } from './wire-frame.ts';
import { openWire } from './wire-socket.ts';

export interface HostileTraffic {
  readonly url: string;
  /** Good ones of several users: the frames of one user are bounded in rate. */
  readonly tokens: readonly string[];
  /** How many mutated requests or frames. */
  readonly count: number;
  readonly seed: number;
}

const AT_ONCE = 20;
/** A mutated request may be one that goes on: then nothing more comes. */
const END_AFTER_MS = 30;
const TOKEN_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/~'.split('');

/** Mutated upgrade requests: none is accepted, and what is answered as a refusal is a problem of the contract. */
export async function sendMutatedUpgrades({ url, tokens, count, seed }: HostileTraffic): Promise<void> {
  const token = tokens[0] ?? '';
  // Whatever becomes of it: without a good credential nothing may be accepted.
  const forged = fc.constantFrom(
    ...['Authorization', 'Sec-WebSocket-Protocol'].map((carrier) => forgedUpgrade(url, token, carrier)),
  );
  const request = fc.oneof(
    { weight: 4, arbitrary: mutatedBytes(forged) },
    // And in a request without a flaw every single character of the token counts.
    { weight: 1, arbitrary: mutatedToken(token).map((changed) => goodUpgrade(url, changed)) },
  );
  await fc.assert(
    fc.asyncProperty(atOnce(request), async (requests) => {
      await Promise.all(requests.map((bytes) => expectRefusal(url, bytes)));
    }),
    settings(count, seed),
  );
}

/**
 * Mutated frames on accepted connections: what is still a JSON object with a type is answered; then come broken ones. The
 * server says nothing that RFC 6455 forbids, and never 1011.
 */
export async function sendMutatedFrames({ url, tokens, count, seed }: HostileTraffic): Promise<void> {
  const altered = fc
    .constantFrom(...tokens.flatMap(clientFrames))
    .chain(alteredObject)
    .map((frame) => textFrame(Buffer.from(JSON.stringify(frame))));
  await fc.assert(
    fc.asyncProperty(atOnce(fc.oneof(altered, brokenFrame(tokens))), fc.constantFrom(...tokens), sendFrames),
    settings(count, seed),
  );

  async function sendFrames(frames: MutatedFrame[], token: string): Promise<void> {
    const [answered, broken] = [
      frames.filter((each) => each.isAnswered),
      frames.filter((each) => !each.isAnswered),
    ];
    const wire = await openWire({ url, token });
    await wire.write(Buffer.concat(answered.map(({ bytes }) => bytes)));
    await wire.heard(1 + answered.length);
    await wire.write(Buffer.concat(broken.map(({ bytes }) => bytes)));
    wire.end();
    await wire.ended;
    // Throws when the server sent what no client has to understand.
    await wire.heard(1);
    expect(wire.events).not.toContain('close(1011 internal_error)');
    wire.destroy();
  }
}

interface MutatedFrame {
  readonly bytes: Buffer;
  /** Each such frame gets an answer of its own. */
  readonly isAnswered: boolean;
}

function textFrame(payload: Buffer): MutatedFrame {
  return { bytes: encodeWireFrame({ opcode: OPCODE.text, payload }), isAnswered: true };
}

/** One field holds something else, and there may be one more; the type stays. */
function alteredObject(frame: object): fc.Arbitrary<object> {
  const fields = Object.keys(frame).filter((name) => name !== 'type');
  const strange = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ maxLength: 100 }));
  return fc
    .tuple(fc.constantFrom(...fields), strange, fc.string({ maxLength: 8 }), strange)
    .map(([name, value, more, other]) => ({ [more]: other, ...frame, [name]: value }));
}

/** Broken in its bytes: in its text, or in its framing. */
function brokenFrame(tokens: readonly string[]): fc.Arbitrary<MutatedFrame> {
  const frames = tokens.flatMap(clientFrames).map((frame) => Buffer.from(JSON.stringify(frame)));
  const payload = fc.constantFrom(...frames);
  const opcode = fc.constantFrom(...Object.values(OPCODE), 3, 11);
  const framing = fc.record({ opcode, payload, fin: fc.boolean(), isMasked: fc.boolean() });
  return fc
    .oneof(
      mutatedBytes(payload).map((bytes) => textFrame(bytes).bytes),
      mutatedBytes(framing.map(encodeWireFrame)),
    )
    .map((bytes) => ({ bytes, isAnswered: false }));
}

function atOnce<Value>(each: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.array(each, { minLength: AT_ONCE, maxLength: AT_ONCE });
}

async function expectRefusal(url: string, request: Buffer): Promise<void> {
  const answer = await rawExchange(url, request, { endAfterMs: END_AFTER_MS });
  try {
    expect(answer.status).not.toBe(101);
    // A HEAD has no body.
    if (answer.status >= 400 && answer.body !== '') expect(answer.problem().status).toBe(answer.status);
  } catch (cause) {
    const exchange = { request: request.toString('latin1'), status: answer.status, body: answer.body };
    throw new Error(`answered wrongly: ${JSON.stringify(exchange)}`, { cause });
  }
}

/** The report names the seed and what went wrong; twenty requests of a kilobyte each would bury that. */
function settings<Values>(count: number, seed: number): fc.Parameters<Values> {
  return {
    numRuns: Math.ceil(count / AT_ONCE),
    seed,
    endOnFailure: true,
    asyncReporter: async (run) => {
      if (!run.failed) return;
      const place = `seed ${run.seed}, path ${run.counterexamplePath}`;
      throw new Error(`${place}: ${String(run.errorInstance)}`, { cause: run.errorInstance });
    },
  };
}

function goodUpgrade(url: string, token: string): Buffer {
  return Buffer.from(upgradeText({ url, headers: { Authorization: `Bearer ${token}` } }), 'latin1');
}

function forgedUpgrade(url: string, token: string, carrier: string): Buffer {
  const forged = `${token.slice(0, -20)}AAAAAAAAAAAAAAAAAAAA`;
  const value = carrier === 'Authorization' ? `Bearer ${forged}` : `netra.v1, bearer.${forged}`;
  return Buffer.from(upgradeText({ url, headers: { [carrier]: value, Origin: url } }), 'latin1');
}

function mutatedToken(token: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat({ max: token.length - 1 }), fc.constantFrom(...TOKEN_CHARACTERS))
    .filter(([at, character]) => token[at] !== character)
    .map(([at, character]) => token.slice(0, at) + character + token.slice(at + 1));
}

/** One of each type; what they name does not exist. */
function clientFrames(token: string): readonly object[] {
  return [
    { type: 'ping', id: 'a' },
    { type: 'user_message', id: 'a', text: 'Hello', thread_id: 'thr_of_nobody' },
    { type: 'subscribe', id: 'a', thread_id: 'thr_of_nobody', epoch: 'e', after_seq: 7 },
    { type: 'unsubscribe', id: 'a', thread_id: 'thr_of_nobody' },
    { type: 'cancel_run', id: 'a', run_id: 'run_of_nobody' },
    { type: 'decide_approval', id: 'a', run_id: 'run_of_nobody', approval_id: 'b', decision: 'approve' },
    { type: 'renew_token', id: 'a', token },
  ];
}
