import { type EventBody, LIMITS } from '@netra/protocol';
import type { TranscriptEntry } from './transcript.ts';

/** What may wait for the database, in text and results of tools, before the agent has to wait too. */
const maxWaitingBytes = 1024 * 1024;

export interface EventWriterOptions {
  /**
   * Stores and delivers a batch, all or none. Rejecting, or resolving to false, ends the writer. What is not urgent has
   * waited for its window already, and may wait a little for the batches of other runs.
   */
  append(entries: TranscriptEntry[], options: { isUrgent: boolean }): Promise<boolean>;
  /** Called once, when a batch could not be stored: nothing more will be. */
  onBroken(cause: unknown): void;
  now: () => number;
}

/**
 * Gathers the events of a run into batches. Text deltas are merged here, before they get a `seq`: the first one of
 * its kind, or after a pause, is stored at once; later ones wait for the end of their window. Everything else is
 * stored at once, together with the deltas before it.
 */
export interface EventWriter {
  /** Something to wait for only where the database lags far behind: a promise for each delta would cost more than the rest. */
  push(entries: TranscriptEntry[]): Promise<void> | undefined;
  /** Takes what was not stored yet, for a caller that stores it together with the end of the run. */
  drain(): Promise<TranscriptEntry[]>;
}

export function createEventWriter({ append, onBroken, now }: EventWriterOptions): EventWriter {
  let waiting: TranscriptEntry[] = [];
  let waitingBytes = 0;
  let isUrgent = false;
  let lastType: EventBody['type'] | undefined;
  let isClosed = false;
  let windowEndsAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let storing: Promise<void> | undefined;

  const store = async (isPause: boolean): Promise<void> => {
    let isPrompt = isPause;
    while (waiting.length > 0 && !isClosed && (isUrgent || now() >= windowEndsAtMs)) {
      const batch = waiting;
      const options = { isUrgent: isUrgent || isPrompt };
      waiting = [];
      waitingBytes = 0;
      isUrgent = false;
      isPrompt = false;
      windowEndsAtMs = now() + LIMITS.deltaWindowMs;
      try {
        if (await append(batch, options)) continue;
        isClosed = true;
        onBroken(undefined);
      } catch (cause) {
        isClosed = true;
        onBroken(cause);
      }
    }
  };

  /** `isPause`: the window was over before anything came. */
  const schedule = (isPause: boolean): void => {
    if (storing !== undefined || waiting.length === 0 || isClosed) return;
    const waitMs = isUrgent ? 0 : windowEndsAtMs - now();
    if (waitMs > 0) {
      timer ??= setTimeout(endWindow, waitMs);
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    storing = store(isPause).finally(() => {
      storing = undefined;
      schedule(false);
    });
  };

  const endWindow = (): void => {
    timer = undefined;
    schedule(false);
  };

  const add = (entry: TranscriptEntry): void => {
    const last = waiting.at(-1);
    const merged = last === undefined ? undefined : mergeDeltas(last.body, entry.body);
    if (merged === undefined) waiting.push(entry);
    else waiting[waiting.length - 1] = { body: merged };
    const delta = deltaOf(entry.body);
    waitingBytes += delta === undefined ? resultBytes(entry) : Buffer.byteLength(delta);
    isUrgent ||= delta === undefined || entry.body.type !== lastType;
    lastType = entry.body.type;
  };

  const untilRoom = async (): Promise<void> => {
    while (waitingBytes > maxWaitingBytes && storing !== undefined) await storing;
  };

  return {
    push(entries) {
      // What waits already is about to go by its timer, which is late where much happens: nobody paused then.
      const isFirst = waiting.length === 0;
      for (const entry of entries) for (const piece of splitDelta(entry)) add(piece);
      schedule(isFirst);
      return waitingBytes > maxWaitingBytes ? untilRoom() : undefined;
    },
    async drain() {
      isClosed = true;
      clearTimeout(timer);
      await storing;
      const rest = waiting;
      waiting = [];
      return rest;
    },
  };
}

/** At most so much: only what travels by reference was measured. */
function resultBytes({ body, largeResult }: TranscriptEntry): number {
  if (largeResult !== undefined) return largeResult.bytes;
  return body.type === 'tool_completed' ? LIMITS.maxInlineResultBytes : 0;
}

/** The text of an event that may be merged, or undefined for one that stands alone. */
function deltaOf(body: EventBody): string | undefined {
  if (body.type === 'agent_thinking') return body.data.text;
  if (body.type === 'agent_message') return body.data.delta;
  return undefined;
}

/** Both events as one, or undefined where they cannot be one: another kind, another step, a reset, too long. */
function mergeDeltas(before: EventBody, after: EventBody): EventBody | undefined {
  if (before.type === 'agent_thinking' && after.type === 'agent_thinking') {
    if (before.data.step !== after.data.step) return undefined;
    const text = before.data.text + after.data.text;
    return fitsFrame(text) ? { type: 'agent_thinking', data: { ...before.data, text } } : undefined;
  }
  if (before.type === 'agent_message' && after.type === 'agent_message') {
    if (after.data.reset === true) return undefined;
    const delta = before.data.delta + after.data.delta;
    return fitsFrame(delta) ? { type: 'agent_message', data: { ...before.data, delta } } : undefined;
  }
  return undefined;
}

function fitsFrame(text: string): boolean {
  return text.length <= LIMITS.maxDeltaBytes / 3 || Buffer.byteLength(text) <= LIMITS.maxDeltaBytes;
}

/** Cuts a delta that is too long for one frame, never inside a character. */
function splitDelta(entry: TranscriptEntry): TranscriptEntry[] {
  const { body } = entry;
  const text = deltaOf(body);
  if (text === undefined || fitsFrame(text)) return [entry];
  return cutText(text).map((piece, index): TranscriptEntry => {
    if (body.type === 'agent_thinking')
      return { body: { type: body.type, data: { ...body.data, text: piece } } };
    if (body.type !== 'agent_message') return entry;
    const { reset: _reset, ...data } = body.data;
    return { body: { type: body.type, data: { ...(index === 0 ? body.data : data), delta: piece } } };
  });
}

function cutText(text: string): string[] {
  // Three bytes are the most that one UTF-16 unit can need.
  const maxUnits = Math.floor(LIMITS.maxDeltaBytes / 3);
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + maxUnits, text.length);
    const last = text.charCodeAt(end - 1);
    const isCutPair = end < text.length && last >= 0xd800 && last <= 0xdbff;
    if (isCutPair) end--;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
