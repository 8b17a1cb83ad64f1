import { expect } from 'vitest';
import { type HostileTraffic, sendMutatedFrames, sendMutatedUpgrades } from './hostile-traffic.ts';
import { heapBytesOf, INSPECTED } from './inspected-heap.ts';
import { type NetraProcess, startNetra } from './netra-process.ts';
import { signUp, signUpMany } from './person.ts';
import { connectRaw } from './raw-socket.ts';

const ATTACKERS = 6;
/** The ring of attempts and the caches are full after this. */
const WARM_UP = 1_500;
/** Code, caches and statistics grow by about 0.5 MiB; 60,000 leaks of a hundred bytes would be more than this. */
const MAX_GROWTH_BYTES = 5 * 1024 * 1024;

export interface HostileDrill {
  /** Mutated requests, and as many mutated frames. */
  readonly count: number;
  readonly seed: number;
}

/** A real `netra up` under hostile traffic: it says nothing wrong, logs no error, keeps nothing, and serves the others. */
export async function drillHostileTraffic({ count, seed }: HostileDrill): Promise<{ growthBytes: number }> {
  const netra = await startNetra({
    // One address sends them all: its rate would keep most of them from the checks that are tested.
    env: { NODE_OPTIONS: INSPECTED, NETRA_HANDSHAKES_PER_MINUTE: '0' },
  });
  try {
    const bystander = await signUp(netra.url, 'Grace');
    const watching = await connectRaw(netra.url, await bystander.token());
    const attackers = await signUpMany(netra.url, ATTACKERS);
    const tokens = await Promise.all(attackers.map(({ token }) => token()));
    const traffic = { url: netra.url, tokens };
    await attack({ ...traffic, count: WARM_UP, seed });
    const before = await heapBytesOf(netra.output());
    await attack({ ...traffic, count, seed: seed + 1 });
    const growthBytes = (await heapBytesOf(netra.output())) - before;

    watching.send({ type: 'ping', id: 'still_here' });
    await watching.next('pong', ({ ref }) => ref === 'still_here');
    expect((await bystander.call('/v1/threads')).status).toBe(200);
    watching.close();
    expect(growthBytes).toBeLessThan(MAX_GROWTH_BYTES);
    expectQuietLog(netra);
    return { growthBytes };
  } finally {
    await netra.dispose();
  }
}

async function attack(traffic: HostileTraffic): Promise<void> {
  await sendMutatedUpgrades(traffic);
  await sendMutatedFrames(traffic);
}

function expectQuietLog(netra: NetraProcess): void {
  const errors = netra
    .output()
    .split('\n')
    .filter((line) => /\b(?:error|fatal|uncaught\w*|unhandled\w*)\b/i.test(line));
  expect(errors).toEqual([]);
}
