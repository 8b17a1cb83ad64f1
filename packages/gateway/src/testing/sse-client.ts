export interface SseEvent {
  id?: string;
  event: string;
  // Whatever JSON the server wrote: tests check the parts they need.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  data: any;
}

/** Reads server-sent events until the stream ends or `until` says that it is enough. */
export async function readEvents(
  response: Response,
  until: (event: SseEvent) => boolean = () => false,
): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const event of blocks.flatMap(parseBlock)) {
      events.push(event);
      // Leaving the loop cancels the body, as a client that goes away does.
      if (until(event)) return events;
    }
  }
  return events;
}

function parseBlock(block: string): SseEvent[] {
  const fields = new Map(block.split('\n').map((line) => splitOnce(line)));
  const event = fields.get('event');
  const id = fields.get('id');
  if (event === undefined) return [];
  return [{ event, data: JSON.parse(fields.get('data') ?? 'null'), ...(id === undefined ? {} : { id }) }];
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), line.slice(at + 2)];
}
