import { formatTable } from '../terminal/table.ts';
import type { Drill } from './drill.ts';
import type { DrillResult } from './run-drills.ts';

/** `netra drill list` for people. */
export function describeDrills(drills: readonly Drill[]): string[] {
  return formatTable(
    ['NAME', 'ROOT CAUSE', 'INJECTED'],
    drills.map((drill) => [drill.name, causesOf(drill.expected, drill.alsoExpected), drill.injected]),
  );
}

/** `netra drill list` for programs. */
export function drillRows(drills: readonly Drill[]): object[] {
  return drills.map(({ name, injected, expected, alsoExpected, incident, isControl }) => ({
    name,
    injected,
    expected_root_cause: expected,
    ...(alsoExpected === undefined ? {} : { also_expected: alsoExpected }),
    ...(incident === undefined ? {} : { incident }),
    is_control: isControl === true,
  }));
}

/** The results of drills for people: what was found against what was injected, and how long it took. */
export function describeResults(results: readonly DrillResult[]): string[] {
  const rows = results.map((result) => [
    result.ok ? 'ok' : 'NOT',
    result.name,
    causesOf(result.expected_root_cause, result.also_expected),
    result.error === undefined ? foundIn(result) : firstLine(result.error),
    result.error === undefined ? `${result.ms} ms` : '-',
  ]);
  const right = results.filter(({ ok }) => ok).length;
  return [
    ...formatTable(['', 'DRILL', 'INJECTED', 'FOUND', 'IN'], rows),
    '',
    `${right} of ${results.length} root causes were named.`,
  ];
}

function causesOf(first: string, second: string | undefined): string {
  return second === undefined ? first : `${first} + ${second}`;
}

function foundIn({ found }: DrillResult): string {
  if (found.length === 0) return 'not known';
  return found
    .slice(0, 3)
    .map(({ root_cause, confidence }) => `${root_cause} ${confidence.toFixed(2)}`)
    .join(', ');
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 160) ?? '';
}
