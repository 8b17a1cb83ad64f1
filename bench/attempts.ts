import { execFileSync } from 'node:child_process';
import type { Figure } from './figure.ts';
import { buildServers, bundle } from './gateway/measured-server.ts';
import { saveResults } from './gateway/save-results.ts';

/** What it costs a handshake to be written down, apart from being judged: its steps with their times, notes, counters. */
export async function measureAttempts(): Promise<Figure[]> {
  // The bundle takes other packages from their build, which may be of an earlier source.
  await buildServers();
  const script = await bundle('attempt-cost');
  const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' });
  const { acceptedUs, refusedUs, turns }: Record<'acceptedUs' | 'refusedUs' | 'turns', number> =
    JSON.parse(printed);
  const shared = { unit: 'µs', bar: 5 } as const;
  const figures: Figure[] = [
    { ...shared, name: 'recording an accepted handshake', value: acceptedUs },
    { ...shared, name: 'recording a refused handshake', value: refusedUs },
  ];
  await saveResults(figures, { name: 'attempts', isQuick: false, turns });
  return figures;
}
