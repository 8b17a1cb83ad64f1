import { expect } from 'vitest';
import { encodeWireFrame } from '../kit/wire-frame.ts';
import { openWire, type WireSocketOptions } from '../kit/wire-socket.ts';
import { close, type WireCase } from './wire-case.ts';

/** Runs one case on a connection of its own, and compares everything that came back. */
export async function runWireCase(wireCase: WireCase, options: WireSocketOptions): Promise<void> {
  const wire = await openWire(options);
  try {
    for (const step of wireCase.steps) {
      if ('bytes' in step) await wire.write(step.bytes, step.chopBytes);
      else await wire.heard(1 + step.awaitAnswers);
    }
    const { ends, answers } = wireCase;
    if (ends.by === 'client') {
      await wire.heard(1 + answers.length);
      await wire.write(encodeWireFrame(close(1000)));
    }
    if (ends.by === 'server') {
      await wire.heard(2 + answers.length);
      // A server that failed the connection may have ended it by now.
      await wire.write(encodeWireFrame(close(1000)));
    }
    // The server ends the TCP connection first, RFC 6455 §7.1.1.
    await wire.ended;
    const last = ends.by === 'client' ? 'close(1000)' : ends.close;
    expect(wire.events).toEqual(['established', ...answers, last]);
  } finally {
    wire.destroy();
  }
}
