import { createNetraClient, NetraError } from '@netra/client';
import { isTerminalEventType, type Message, type Page } from '@netra/protocol';
import { WebSocket } from 'ws';

/** What one client of our SDK has seen, held against what the server has stored. */
export interface SdkTalker {
  readonly runs: number;
  readonly events: number;
  /** Readers that were told that events are lost: an explicit snapshot. */
  readonly snapshots: number;
  readonly problems: readonly string[];
}

export interface SdkTalkerOptions {
  readonly url: string;
  readonly token: string;
  readonly text: string;
  readonly agent: string;
  /** Called for each problem as soon as it shows. */
  readonly onProblem?: (problem: string) => void;
  /** Ends after so many runs, or when the signal says so. */
  readonly runs?: number;
  readonly signal?: AbortSignal;
}

/** Sends one message after the other in one thread and reads every answer; then compares. */
export async function talkWithSdk(options: SdkTalkerOptions): Promise<SdkTalker> {
  const { url, token, text, agent, runs = Number.POSITIVE_INFINITY, signal, onProblem } = options;
  const client = createNetraClient({ url, getToken: () => token, WebSocket });
  const thread = client.threads.draft();
  const problems: string[] = [];
  const note = (problem: string): void => {
    problems.push(problem);
    onProblem?.(problem);
  };
  const figures = { runs: 0, events: 0, snapshots: 0 };
  try {
    while (figures.runs < runs && signal?.aborted !== true) {
      figures.runs++;
      const run = thread.send(text, { agent });
      let lastSeq: number | undefined;
      let ends = 0;
      try {
        for await (const { seq, type } of run) {
          figures.events++;
          if (lastSeq !== undefined && seq !== lastSeq + 1) note(`${seq} after ${lastSeq}`);
          lastSeq = seq;
          if (isTerminalEventType(type)) ends++;
        }
        if (ends !== 1) note(`${ends} ends of a run`);
      } catch (error) {
        if (!(error instanceof NetraError) || error.code !== 'events_lost') throw error;
        figures.snapshots++;
      }
      await run.result().catch(() => undefined); // a run that was cut with its server fails, and says so
    }
    const { items } = await client.request<Page<Message>>({
      path: `/v1/threads/${thread.threadId}/messages`,
    });
    const stored = items.map(({ role, text: said }) => `${role}: ${said}`);
    const shown = thread.getState().messages.map(({ role, text: said }) => `${role}: ${said}`);
    if (JSON.stringify(shown.slice(-stored.length)) !== JSON.stringify(stored))
      note(`the thread shows\n${shown.join('\n')}\nand the server has\n${stored.join('\n')}`);
  } finally {
    client.close();
  }
  return { ...figures, problems };
}
