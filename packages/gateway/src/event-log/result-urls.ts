import type { Message, MessagePart, Snapshot, ThreadEvent } from '@netra/protocol';

/** Makes the addresses of large results whole, on their way out: they are stored as paths, and outlive a change of host. */
export interface ResultUrls {
  ofEvent(event: ThreadEvent): ThreadEvent;
  ofMessage(message: Message): Message;
  ofSnapshot(snapshot: Snapshot): Snapshot;
}

export function createResultUrls(publicUrl: string): ResultUrls {
  const base = publicUrl.replace(/\/+$/, '');

  const whole = <
    Holder extends { result_ref?: { url: string; bytes: number; media_type: string } | undefined },
  >(
    holder: Holder,
  ): Holder => {
    const ref = holder.result_ref;
    if (ref === undefined || !ref.url.startsWith('/')) return holder;
    return { ...holder, result_ref: { ...ref, url: `${base}${ref.url}` } };
  };

  const ofParts = (parts: readonly MessagePart[]): MessagePart[] =>
    parts.map((part) => (part.type === 'tool' ? whole(part) : part));

  const ofMessage = (message: Message): Message =>
    message.parts === undefined ? message : { ...message, parts: ofParts(message.parts) };

  return {
    ofEvent: (event) => (event.type === 'tool_completed' ? { ...event, data: whole(event.data) } : event),
    ofMessage,
    ofSnapshot: (snapshot) => ({
      ...snapshot,
      messages: snapshot.messages.map(ofMessage),
      runs: snapshot.runs.map((run) =>
        run.parts === undefined ? run : { ...run, parts: ofParts(run.parts) },
      ),
    }),
  };
}
