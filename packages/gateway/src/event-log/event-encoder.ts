import type { ThreadEvent } from '@netra/protocol';
import { EncodedFrame } from '../connections/encoded-frame.ts';

/** What the events of one message have in common, ready to be written. */
interface Mould {
  readonly event: ThreadEvent;
  /** Up to `event_id`, from there to `seq`, to `at`, to `data`, and to the text of a delta. */
  readonly toId: string;
  readonly toSeq: string;
  readonly toAt: string;
  readonly toData: string;
  readonly toDelta: string;
  readonly isAscii: boolean;
}

/** ASCII that JSON leaves as it is, between its quotes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Writes the events of one thread as JSON, letter for letter as `JSON.stringify` does. From one delta of a message to the
 * next only a few fields change: the rest is written once, and a delta costs a quarter. Ids, epoch and time of an event
 * were made by the log and have no letter that JSON escapes.
 */
export class EventEncoder {
  #mould: Mould | undefined;

  encode(event: ThreadEvent): EncodedFrame {
    const mould = this.#mouldOf(event);
    const { toId, toSeq, toAt, isAscii } = mould;
    const start = `${toId}${event.event_id}${toSeq}${event.seq}${toAt}${event.at}`;
    if (event.type !== 'agent_message' || event.data.reset !== undefined)
      return new EncodedFrame(`${start}${mould.toData}${JSON.stringify(event.data)}}`);
    const { delta } = event.data;
    return PLAIN.test(delta)
      ? new EncodedFrame(`${start}${mould.toDelta}"${delta}"}}`, isAscii)
      : new EncodedFrame(`${start}${mould.toDelta}${JSON.stringify(delta)}}}`);
  }

  #mouldOf(event: ThreadEvent): Mould {
    const mould = this.#mould;
    if (mould !== undefined && isAlike(mould.event, event)) return mould;
    this.#mould = mouldOf(event);
    return this.#mould;
  }
}

function mouldOf(event: ThreadEvent): Mould {
  const { type, thread_id, run_id, epoch, agent } = event;
  const toSeq = `","thread_id":${JSON.stringify(thread_id)},"run_id":${JSON.stringify(run_id)},"seq":`;
  const toAt = `,"epoch":${JSON.stringify(epoch)},"at":"`;
  const toData = `","agent":${JSON.stringify(agent)},"data":`;
  const toDelta = `${toData}{"message_id":${JSON.stringify(messageOf(event) ?? '')},"delta":`;
  return {
    event,
    toId: `{"type":"${type}","event_id":"`,
    toSeq: inOnePiece(toSeq),
    toAt: inOnePiece(toAt),
    toData,
    toDelta: inOnePiece(toDelta),
    isAscii: isAscii(toSeq + toAt + toDelta),
  };
}

function isAlike(before: ThreadEvent, event: ThreadEvent): boolean {
  return (
    before.type === event.type &&
    before.thread_id === event.thread_id &&
    before.run_id === event.run_id &&
    before.epoch === event.epoch &&
    before.agent === event.agent &&
    messageOf(before) === messageOf(event)
  );
}

function messageOf(event: ThreadEvent): string | undefined {
  return event.type === 'agent_message' ? event.data.message_id : undefined;
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** V8 keeps what was joined as its parts until somebody asks for a letter: once here, not for each event. */
function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}
