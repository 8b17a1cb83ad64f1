import type { Drill } from '../drill.ts';
import { openLink } from '../lab/link.ts';
import { openSocket } from '../lab/open-socket.ts';
import { recordedClose } from '../lab/recorded-close.ts';

/** A heartbeat, the time to answer it, and some. */
const PATIENCE_MS = 60_000;

export const clientFallsSilent: Drill = {
  name: 'client_falls_silent',
  injected: 'A client goes to sleep without a word',
  expected: 'network_lost',
  isControl: true,
  outside: { hidden: 'One connection of somebody else fell silent.' },
  stack: (lab) => lab.start(),
  async run(stack) {
    const link = await openLink({ port: Number(new URL(stack.url).port), host: '127.0.0.1' });
    try {
      const { connectionId } = await openSocket(`http://localhost:${link.port}`, stack.takeUser().token);
      link.freeze();
      await recordedClose(stack, connectionId, PATIENCE_MS);
      return connectionId;
    } finally {
      await link.close();
    }
  },
};
