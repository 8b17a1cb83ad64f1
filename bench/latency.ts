import { type NetraProcess, startNetra } from '../tests/kit/netra-process.ts';
import { signUp } from '../tests/kit/person.ts';
import type { Figure } from './figure.ts';
import { connectTimed } from './timed-socket.ts';

const RUNS = 100;
const WARM_UP = 10;

/**
 * From the `ack` of a message to `agent_started`, and to the first `agent_message` of the built-in model, as a client
 * on the same machine sees them: one connection, one run at a time, each in a thread of its own.
 */
export async function measureLatency(): Promise<Figure[]> {
  const netra = await startNetra();
  try {
    return await measure(netra);
  } finally {
    await netra.dispose();
  }
}

async function measure(netra: NetraProcess): Promise<Figure[]> {
  const person = await signUp(netra.url, 'Bench');
  const socket = await connectTimed(netra.url, await person.token());
  const started: number[] = [];
  const spoke: number[] = [];
  for (let run = 0; run < RUNS + WARM_UP; run++) {
    const times = await socket.ask('Is everything healthy?');
    if (run < WARM_UP) continue;
    started.push(times.startedMs - times.ackMs);
    spoke.push(times.firstMessageMs - times.ackMs);
  }
  socket.close();
  return [
    figure('ack → agent_started, median', started, 15),
    figure('ack → first agent_message, median', spoke, 60),
  ];
}

function figure(name: string, samples: number[], bar: number): Figure {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  const details = `p95 ${at(0.95).toFixed(1)} ms, n=${sorted.length}`;
  return { name, value: at(0.5), unit: 'ms', bar, details };
}
