import { once } from 'node:events';
import { keepHeapYoung } from '@netra/service';
import { bareServer } from './bare-server.ts';
import type { Answer, Call, Contender, ContenderName } from './contender.ts';
import { deliveryServer } from './delivery-server.ts';
import { journalServer } from './journal-server.ts';
import { netraServer } from './netra-server.ts';
import { socketIoServer } from './socket-io-server.ts';

/** The server under measurement, in a process of its own: `serve <contender> <options as JSON>`, spoken to over IPC. */
const CONTENDERS: Record<ContenderName, (options: unknown) => Promise<Contender>> = {
  netra: netraServer,
  delivery: () => deliveryServer(),
  journal: journalServer,
  bare: () => bareServer({ isVerifying: false }),
  verified: () => bareServer({ isVerifying: true }),
  'socket.io': socketIoServer,
};

const [name = '', options = '{}'] = process.argv.slice(2);
// As `netra up` and `netra gateway` do; the peers are as they come.
if (name === 'netra' || name === 'delivery' || name === 'journal') keepHeapYoung();
const contender = await CONTENDERS[name as ContenderName](JSON.parse(options));

async function take(call: Call): Promise<void> {
  try {
    reply({ id: call.id, result: await answer(call) });
  } catch (error) {
    reply({ id: call.id, error: String(error instanceof Error ? error.stack : error) });
  }
}
process.on('message', (call: Call) => void take(call));
reply({ id: 0, result: contender.port });
await once(process, 'disconnect');
process.exit();

async function answer(call: Call): Promise<unknown> {
  switch (call.method) {
    case 'tokens':
      return contender.tokens(call.count, call.users);
    case 'deliver':
      return contender.deliver(call);
    case 'usage':
      return usage(call.isCollected);
    case 'open':
      return contender.openCount();
  }
}

/** `isCollected`: after the garbage is gone, as memory wants it; a collection would count as processor time of the run. */
async function usage(isCollected: boolean) {
  for (let round = 0; isCollected && round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed };
}

function reply(message: Answer): void {
  process.send?.(message);
}
