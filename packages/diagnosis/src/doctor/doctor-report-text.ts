import type { CheckResult, DoctorReport } from './check.ts';

/** For people: silent about what is fine, one block for each finding, which ends in the command to run. */
export function doctorReportText({ url, ok, duration_ms, results }: DoctorReport): string {
  const findings = results.flatMap(block);
  const skipped = skippedBy(results);
  const ran = results.filter(({ outcome }) => outcome.kind !== 'skipped').length;
  const seconds = (duration_ms / 1000).toFixed(1);
  const verdict = ok
    ? `${url}: ${ran} ${ran === 1 ? 'check' : 'checks'} in ${seconds} s, nothing is wrong.`
    : `${url}: ${ran} ${ran === 1 ? 'check' : 'checks'} in ${seconds} s, ${count(results)} to mend.`;
  return [verdict, ...findings, ...skipped, ''].join('\n');
}

/** Beyond it the number says as much. */
const MAX_NAMED = 8;

/** One block for each reason; where a credential is wanted, it ends in how to give one. */
function skippedBy(results: readonly CheckResult[]): string[] {
  const titles = new Map<string, string[]>();
  for (const { title, outcome } of results)
    if (outcome.kind === 'skipped')
      titles.set(outcome.because, [...(titles.get(outcome.because) ?? []), title]);
  return [...titles].flatMap(([because, of]) => [
    '',
    `Not looked at, because ${because}:`,
    `  ${of.length > MAX_NAMED ? `${of.length} checks` : of.join(', ')}`,
  ]);
}

function block({ title, outcome }: CheckResult): string[] {
  if (outcome.kind !== 'finding') return [];
  const { severity, message, evidence = [], root_cause, command } = outcome.finding;
  return [
    '',
    `${severity}  ${title}`,
    `  ${message}`,
    ...evidence.map(
      ({ source, observed, expected }) =>
        `    ${source}: ${observed}${expected === undefined ? '' : `, expected ${expected}`}`,
    ),
    ...(root_cause === undefined ? [] : [`  Root cause: ${root_cause}`]),
    `  → ${command}`,
  ];
}

function count(results: readonly CheckResult[]): string {
  const found = results.filter(({ outcome }) => outcome.kind === 'finding').length;
  return found === 1 ? 'one thing' : `${found} things`;
}
