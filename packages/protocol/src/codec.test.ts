import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientFrame } from './client-frames.ts';
import { CLIENT_FRAME_TYPES } from './client-frames.ts';
import { decodeClientFrame, encodeFrame, isDeeperThan } from './codec.ts';
import { refusal, retryOf } from './problem.ts';
import { serverFrameSchema } from './server-frames.ts';
import { THREAD_EVENT_TYPES } from './thread-events.ts';

interface ClientFixtures {
  valid: { name: string; frame: ClientFrame }[];
  invalid: { name: string; text: string; code: string; unparsable: boolean; ref?: string }[];
}
interface ServerFixtures {
  valid: { type: string }[];
  invalid: { name: string; frame: object }[];
}

const client: ClientFixtures = fixture('client-frames');
const server: ServerFixtures = fixture('server-frames');

describe('frames of the client', () => {
  it.each(client.valid)('accepts: $name', ({ frame }) => {
    expect(decodeClientFrame(encodeFrame(frame))).toEqual({ ok: true, frame });
  });

  it.each(client.invalid)('refuses: $name', ({ text, code, unparsable, ref }) => {
    const decoded = decodeClientFrame(text);
    expect(decoded).toMatchObject({ ok: false, code, isUnparsable: unparsable });
    expect(decoded.ok ? undefined : decoded.ref).toBe(ref);
  });

  it('has a fixture for every type', () => {
    expect(new Set(client.valid.map(({ frame }) => frame.type))).toEqual(new Set(CLIENT_FRAME_TYPES));
  });

  it('ignores fields that it does not know', () => {
    expect(decodeClientFrame('{"type":"ping","colour":"red"}')).toEqual({
      ok: true,
      frame: { type: 'ping' },
    });
  });

  it('never throws, whatever arrives', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ type: fc.constantFrom(...CLIENT_FRAME_TYPES) }).map((o) => JSON.stringify(o)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const decoded = decodeClientFrame(text);
        return decoded.ok || decoded.detail.length > 0;
      }),
      { numRuns: 2_000 },
    );
  });

  it('can always be refused with the ref that it was read with', () => {
    const id = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.json());
    fc.assert(
      fc.property(id, fc.constantFrom('ping', 'shout', 'subscribe'), (id, type) => {
        const decoded = decodeClientFrame(JSON.stringify({ type, id }));
        const retry = retryOf(refusal('message_invalid'));
        const at = new Date(0).toISOString();
        const ref = decoded.ok ? decoded.frame.id : decoded.ref;
        const error = { type: 'error', at, code: 'message_invalid', detail: '', fix: '', retry, ref };
        return serverFrameSchema.safeParse(error).success;
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not repeat what was sent in the explanation', () => {
    const decoded = decodeClientFrame('{"type":"user_message","id":"a","text":"x","overlap":"my-secret"}');
    expect(JSON.stringify(decoded)).not.toContain('my-secret');
  });
});

describe('frames of the server', () => {
  it.each(server.valid.map((frame) => [frame.type, frame] as const))('accepts %s', (_type, frame) => {
    expect(serverFrameSchema.parse(frame)).toEqual(frame);
  });

  it.each(server.invalid)('refuses: $name', ({ frame }) => {
    expect(serverFrameSchema.safeParse(frame).success).toBe(false);
  });

  it('has a fixture for every type of event', () => {
    const types = new Set(server.valid.map(({ type }) => type));
    expect(THREAD_EVENT_TYPES.filter((type) => !types.has(type))).toEqual([]);
  });
});

it('measures depth without recursion', () => {
  let value: unknown = 1;
  for (let level = 0; level < 100_000; level++) value = [value];
  expect(isDeeperThan(value, 32)).toBe(true);
  expect(isDeeperThan({ a: [{ b: 1 }] }, 3)).toBe(false);
});

function fixture<T>(name: string): T {
  // The fixtures are ours; the tests say when they do not have this shape.
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}
