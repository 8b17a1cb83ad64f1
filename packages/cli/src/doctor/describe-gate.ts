import type { GateReport } from '@netra/diagnosis';

/** For people and the log of a pipeline; a closed gate ends in the command that looks further. */
export function describeGate(report: GateReport, url: string): string[] {
  const { ok, handshakes, succeeded, average_ms: averageMs, max_ms: maxMs, broken, failures } = report;
  const measured = `${succeeded} of ${handshakes} handshakes succeeded, in ${averageMs} ms on average and ${maxMs} ms at most.`;
  if (ok) return [`Open: ${measured}`];
  return [
    `Closed: ${measured}`,
    ...broken.map((sentence) => `  ${sentence}`),
    ...Object.entries(failures).map(([code, count]) => `  ${count} × ${code}`),
    `  → netra doctor ${url}`,
  ];
}
