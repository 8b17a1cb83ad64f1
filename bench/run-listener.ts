import { newId } from '@netra/protocol';
import { LightSocket } from '../tests/kit/light-socket.ts';
import { machineTimeUs, type TimedTalk } from './timed-agent.ts';

export interface RunSamples {
  /** From the moment the agent said it to its arrival here. */
  readonly firstMs: number[];
  readonly laterMs: number[];
  /** From `user_message` to its `ack`. */
  readonly ackMs: number[];
  deltas: number;
  frames: number;
  runs: number;
  /** Events that were missing, doubled or out of order, words that were lost, runs that did not complete. */
  readonly problems: string[];
}

export function createSamples(): RunSamples {
  return { firstMs: [], laterMs: [], ackMs: [], deltas: 0, frames: 0, runs: 0, problems: [] };
}

export interface RunListenerOptions {
  readonly port: number;
  readonly token: string;
  readonly talk: TimedTalk;
  readonly samples: RunSamples;
  /** False: the run that goes on is the last one. */
  readonly goesOn: () => boolean;
}

interface RunInProgress {
  readonly sentAtUs: number;
  threadId: string;
  nextSeq: number;
  words: number;
  text: string;
}

/** One socket that starts one run after the other, each in a thread of its own, and checks and times all that it hears. */
export function listenToRuns(options: RunListenerOptions): { ended: Promise<void> } {
  const { port, token, talk, samples, goesOn } = options;
  let run: RunInProgress | undefined;
  let isDone = false;

  const ask = (socket: LightSocket): void => {
    run = { sentAtUs: machineTimeUs(), threadId: '', nextSeq: 0, words: 0, text: '' };
    socket.send({ type: 'user_message', id: newId('ref'), text: JSON.stringify(talk) });
  };
  const next = (socket: LightSocket): void => {
    if (run !== undefined) socket.send({ type: 'unsubscribe', thread_id: run.threadId });
    if (goesOn()) {
      ask(socket);
      return;
    }
    isDone = true;
    socket.close();
  };

  const hear = (frame: EventFrame, socket: LightSocket, atUs: number): void => {
    if (run === undefined || frame.thread_id !== run.threadId) return;
    samples.frames++;
    if (frame.seq !== run.nextSeq) samples.problems.push(`seq ${frame.seq} instead of ${run.nextSeq}`);
    run.nextSeq = frame.seq + 1;
    if (frame.type === 'agent_message') takeWords(run, frame.data.delta ?? '', { samples, atUs });
    if (!/^agent_(completed|failed|cancelled)$/.test(frame.type)) return;
    samples.runs++;
    if (frame.type !== 'agent_completed') samples.problems.push(`${frame.type} ${frame.data.code}`);
    else if (frame.data.text !== run.text) samples.problems.push('the deltas do not add up to the text');
    else if (run.words !== talk.deltas) samples.problems.push(`${run.words} words of ${talk.deltas}`);
    next(socket);
  };

  const ended = new Promise<void>((resolve) => {
    new LightSocket({
      port,
      token,
      onFrame(text, socket) {
        const atUs = machineTimeUs();
        const frame = JSON.parse(text) as EventFrame; // what Netra sends
        if (frame.type === 'connection_established') ask(socket);
        else if (frame.type === 'error') samples.problems.push(text);
        else if (frame.type === 'ack' && run !== undefined && frame.run_id !== undefined) {
          run.threadId = frame.thread_id;
          run.nextSeq = frame.seq;
          samples.ackMs.push((atUs - run.sentAtUs) / 1000);
        } else if (frame.data !== undefined) hear(frame, socket, atUs);
      },
      onEnd(ending) {
        if (!isDone) samples.problems.push(`a socket ended: ${JSON.stringify(ending)}`);
        resolve();
      },
    });
  });
  return { ended };
}

interface EventFrame {
  readonly type: string;
  readonly thread_id: string;
  readonly run_id?: string;
  readonly seq: number;
  readonly data: { readonly delta?: string; readonly text?: string; readonly code?: string };
}

function takeWords(
  run: RunInProgress,
  delta: string,
  { samples, atUs }: { samples: RunSamples; atUs: number },
): void {
  run.text += delta;
  for (const word of delta.split(' ')) {
    if (word === '') continue;
    const [number, saidAtUs] = word.split('@').map(Number);
    run.words++;
    if (number !== run.words) samples.problems.push(`word ${number} instead of ${run.words}`);
    samples.deltas++;
    (run.words === 1 ? samples.firstMs : samples.laterMs).push((atUs - (saidAtUs ?? Number.NaN)) / 1000);
  }
}
