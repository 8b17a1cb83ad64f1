import type { ThreadEvent } from '@netra/protocol';

/** What the events of one message have in common, ready to be written. */
interface Frame {
  event: ThreadEvent;
  /** Between `event_id` and `seq`, between `seq` and `at`, and after `at`. */
  toSeq: string;
  toAt: string;
  toData: string;
  /** Of a delta: up to its text. */
  toDelta: string | undefined;
}

/**
 * Writes the events of one thread as JSON, letter for letter as `JSON.stringify` does. From one delta of a message to the
 * next only a few fields change: the rest is written once, and a delta costs a third. Ids, epoch and time of an event
 * were made by the log and have no letter that JSON escapes.
 */
export class EventEncoder {
  #frame: Frame | undefined;

  encode(event: ThreadEvent): string {
    const frame = this.#frameOf(event);
    const head = `{"type":"${event.type}","event_id":"${event.event_id}"${frame.toSeq}${event.seq}`;
    return `${head}${frame.toAt}${event.at}${frame.toData}${dataOf(event, frame)}}`;
  }

  #frameOf(event: ThreadEvent): Frame {
    const frame = this.#frame;
    if (frame !== undefined && isAlike(frame.event, event)) return frame;
    this.#frame = frameOf(event);
    return this.#frame;
  }
}

function frameOf(event: ThreadEvent): Frame {
  const { thread_id, run_id, epoch, agent } = event;
  return {
    event,
    toSeq: `,"thread_id":${JSON.stringify(thread_id)},"run_id":${JSON.stringify(run_id)},"seq":`,
    toAt: `,"epoch":${JSON.stringify(epoch)},"at":"`,
    toData: `","agent":${JSON.stringify(agent)},"data":`,
    toDelta:
      event.type === 'agent_message'
        ? `{"message_id":${JSON.stringify(event.data.message_id)},"delta":`
        : undefined,
  };
}

function isAlike(before: ThreadEvent, event: ThreadEvent): boolean {
  return (
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

function dataOf(event: ThreadEvent, { toDelta }: Frame): string {
  if (toDelta === undefined || event.type !== 'agent_message' || event.data.reset !== undefined)
    return JSON.stringify(event.data);
  return `${toDelta}${JSON.stringify(event.data.delta)}}`;
}
