import { formatTable } from '../terminal/table.ts';
import type { Drill } from './drill.ts';
import type { DoctorDrillResult } from './look-from-outside.ts';
import type { OutsideView } from './outside.ts';
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
  return drills.map(({ name, injected, expected, alsoExpected, incident, isControl, outside }) => ({
    name,
    injected,
    expected_root_cause: expected,
    ...(alsoExpected === undefined ? {} : { also_expected: alsoExpected }),
    ...(incident === undefined ? {} : { incident }),
    is_control: isControl === true,
    ...(outside === undefined ? {} : { from_outside: outsideRow(outside) }),
  }));
}

function outsideRow(outside: OutsideView): object {
  if ('hidden' in outside) return outside;
  const { check, rootCause } = outside;
  return { check, ...(rootCause === undefined ? {} : { root_cause: rootCause }) };
}

/** One line while drills run. */
export function describeProgress(
  result: DrillResult,
  { done, total }: { done: number; total: number },
): string {
  const { name, ok, error, doctor } = result;
  const verdict = error !== undefined ? firstLine(error) : `${ok ? 'ok' : 'NOT NAMED'}, ${foundIn(result)}`;
  const seen = doctor === undefined || doctor.ok ? '' : `; the doctor: ${seenBy(doctor)}`;
  return `  ${String(done).padStart(String(total).length)}/${total} ${name}: ${verdict}${seen}`;
}

/** The results of drills for people: what was found against what was injected, and how long it took. */
export function describeResults(results: readonly DrillResult[]): string[] {
  const withDoctor = results.some(({ doctor }) => doctor !== undefined);
  const rows = results.map((result) => [
    isRight(result) ? 'ok' : 'NOT',
    result.name,
    causesOf(result.expected_root_cause, result.also_expected),
    result.error === undefined ? foundIn(result) : firstLine(result.error),
    result.error === undefined ? `${result.ms} ms` : '-',
    ...(withDoctor ? [result.doctor === undefined ? '-' : seenBy(result.doctor)] : []),
  ]);
  const titles = ['', 'DRILL', 'INJECTED', 'FOUND', 'IN', ...(withDoctor ? ['FROM OUTSIDE'] : [])];
  return [...formatTable(titles, rows), '', ...summaryOf(results)];
}

/** Named, and seen from outside where that was asked for. */
export function isRight({ ok, doctor }: DrillResult): boolean {
  return ok && doctor?.ok !== false;
}

function summaryOf(results: readonly DrillResult[]): string[] {
  const named = results.filter(({ ok }) => ok).length;
  const visible = results.flatMap(({ doctor }) =>
    doctor === undefined || doctor.hidden !== undefined ? [] : [doctor],
  );
  const hidden = results.filter(({ doctor }) => doctor?.hidden !== undefined).length;
  const seen = visible.filter(({ ok }) => ok).length;
  return [
    `${named} of ${results.length} root causes were named.`,
    ...(visible.length + hidden === 0
      ? []
      : [
          `The doctor found ${seen} of ${visible.length} from outside; ${hidden} more are not to be seen from there.`,
        ]),
  ];
}

function seenBy({
  hidden,
  found,
  ok,
  expected_check: check,
  expected_root_cause: rootCause,
}: DoctorDrillResult) {
  if (hidden !== undefined) return 'not visible';
  const [first] = found;
  const seen = first === undefined ? 'nothing' : `${first.check}: ${first.root_cause ?? 'netra why'}`;
  return ok ? seen : `${seen}, not ${check}: ${rootCause ?? 'netra why'}`;
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
