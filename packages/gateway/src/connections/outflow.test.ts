import { LIMITS } from '@netra/protocol';
import { expect, test } from 'vitest';
import { EncodedFrame } from './encoded-frame.ts';
import { Outflow, WINDOW_BYTES } from './outflow.ts';

/** A line whose reader takes what it is told to take. */
function openLine() {
  let buffered = 0;
  let nowMs = 0;
  let text = '';
  const frames: string[] = [];
  const decoder = new TextDecoder();
  const outflow = new Outflow({
    bufferedBytes: () => buffered,
    write(frame) {
      buffered += Buffer.byteLength(frame.text);
      frames.push(frame.text);
    },
    writePiece({ bytes, isLast }) {
      buffered += bytes.length;
      text += decoder.decode(bytes, { stream: true });
      if (isLast) frames.push(text);
      if (isLast) text = '';
    },
  });
  return {
    outflow,
    send: (frame: string) => outflow.send(new EncodedFrame(frame)),
    frames,
    buffered: () => buffered,
    later: (ms: number) => {
      nowMs += ms;
      return nowMs;
    },
    take(bytes = buffered) {
      buffered -= Math.min(bytes, buffered);
      outflow.progressed();
    },
  };
}

const snapshot = 'é'.repeat(LIMITS.maxQueuedBytes / 4);
const snapshotBytes = LIMITS.maxQueuedBytes / 2;

test('a large frame leaves in pieces, and what comes after it stays behind it', () => {
  const { frames, buffered, take, send } = openLine();
  expect(send(snapshot)).toBe(true);
  expect(send('after')).toBe(true);
  for (let step = 0; frames.length < 2; step++) {
    expect(step).toBeLessThan(100);
    expect(buffered()).toBeLessThanOrEqual(2 * WINDOW_BYTES);
    take();
  }
  expect(frames).toEqual([snapshot, 'after']);
});

test('a reader who takes a large frame slowly is moving, one who takes nothing for ten seconds is stalled', () => {
  const { outflow, later, take, send } = openLine();
  send(snapshot);
  expect(outflow.isStalled(later(0))).toBe(false);
  for (let step = 0; step < 5; step++) {
    const nowMs = later(9_000);
    expect(outflow.isStalled(nowMs)).toBe(false);
    expect(outflow.isMoving(nowMs)).toBe(true);
    take(1_000);
    expect(outflow.isMoving(later(500))).toBe(true);
  }
  expect(outflow.isStalled(later(9_999))).toBe(false);
  const nowMs = later(1);
  expect(outflow.isStalled(nowMs)).toBe(true);
  expect(outflow.isMoving(nowMs)).toBe(false);
});

test('a line on which nothing waits is never stalled, and one that was idle is not at once', () => {
  const { outflow, later, send } = openLine();
  for (let look = 0; look < 5; look++) expect(outflow.isStalled(later(60_000))).toBe(false);
  send('x');
  expect(outflow.isStalled(later(500))).toBe(false);
  expect(outflow.isStalled(later(9_999))).toBe(false);
  expect(outflow.isStalled(later(1))).toBe(true);
});

test('what is added to what waits does not count as taken, however little it is', () => {
  const { outflow, later, send } = openLine();
  send('x');
  expect(outflow.isStalled(later(500))).toBe(false);
  for (let second = 1; second < 10; second++) {
    send('x');
    expect(outflow.isStalled(later(1_000))).toBe(false);
  }
  send('x');
  expect(outflow.isStalled(later(1_000))).toBe(true);
});

test('all that nobody takes has one limit, small frames behind a large one too', () => {
  const { outflow, send } = openLine();
  send(snapshot);
  let bytes = snapshotBytes;
  while (send('x'.repeat(1_000))) bytes += 1_000;
  expect(bytes).toBeGreaterThan(LIMITS.maxQueuedBytes);
  expect(bytes).toBeLessThanOrEqual(LIMITS.maxQueuedBytes + 1_000);
  expect(outflow.queuedBytes()).toBe(bytes);
});

test('a large frame may pass the limit where nothing waits before it, and nowhere else', () => {
  const tooLarge = 'x'.repeat(LIMITS.maxQueuedBytes + 1);
  const { send, take, frames } = openLine();
  expect(send(tooLarge)).toBe(true);
  expect(send(tooLarge)).toBe(false);
  while (frames.length === 0) take();
  take();
  expect(send(snapshot)).toBe(true);
  expect(send(snapshot)).toBe(true);
  expect(send(snapshot)).toBe(false);
});

test('a frame in shared parts arrives whole, large or small', () => {
  const { outflow, take, frames } = openLine();
  const share = (...texts: string[]) => outflow.sendShared(texts.map((text) => Buffer.from(text)));
  expect(share('{"snapshot":', snapshot, '}')).toBe(true);
  expect(share('{', '}')).toBe(true);
  while (frames.length < 2) take();
  expect(frames).toEqual([`{"snapshot":${snapshot}}`, '{}']);
});

test('who waits for the line is let on when it is free, and when it ends', async () => {
  const { outflow, frames, take, send } = openLine();
  send(snapshot);
  expect(outflow.isReady()).toBe(false);
  const drained = outflow.drained();
  while (frames.length === 0) take();
  take();
  await drained;
  expect(outflow.isReady()).toBe(true);
  send(snapshot);
  const ended = outflow.drained();
  outflow.end({ finishFrame: true });
  await ended;
  expect(frames).toEqual([snapshot, snapshot]);
});
