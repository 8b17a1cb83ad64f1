import type { Cause, Observation } from '../explanation.ts';
import { impactLines, relatedLine } from './impact-lines.ts';
import type { ReportInput } from './report-input.ts';

/** For a terminal: what was seen, the whys down to the cause, the mend. Plain text, no colours. */
export function reportAsText(input: ReportInput): string {
  const { explanation } = input;
  const { subject, at, code, causes, ruled_out, ranking, not_available = [] } = explanation;
  const [best, ...others] = causes;
  const related = relatedLine(input.related);
  return [
    `${subject.kind} ${subject.id}, ${at}: ${code}`,
    ...(best === undefined ? nothingFits() : causeBlock(best)),
    ...(others.length === 0
      ? []
      : section('Other causes', [...(ranking ? [ranking] : []), ...others.flatMap(otherLines)])),
    ...section(
      'Ruled out',
      ruled_out.map(({ root_cause, because }) => `${root_cause}: ${because}`),
    ),
    ...section(
      'Could not be looked at',
      not_available.map(({ probe, because }) => `${probe} (${because})`),
    ),
    ...section('What it did', [...(related === undefined ? [] : [related]), ...impactLines(input.impact)]),
    '',
  ].join('\n');
}

function nothingFits(): string[] {
  return ['', 'The root cause is not known: no rule found what it needs.'];
}

function causeBlock({
  root_cause,
  title,
  confidence,
  reason,
  whys,
  fix,
  prevention,
  ...more
}: Cause): string[] {
  return [
    ...whys.flatMap(({ question, answer, evidence }, depth) => [
      '',
      `${depth + 1}. ${question}`,
      `   ${answer}`,
      ...evidence.map((one) => `     · ${observationText(one)}`),
    ]),
    '',
    `Root cause: ${root_cause}, confidence ${confidence.toFixed(2)}`,
    `  ${title}. ${reason}`,
    ...placeLine(more),
    ...section('Mend', [fix.action, ...(fix.command === undefined ? [] : [`$ ${fix.command}`])]),
    ...section('So that it does not come back', [prevention]),
  ];
}

function placeLine({
  location,
  release,
  first_seen,
}: Pick<Cause, 'location' | 'release' | 'first_seen'>): string[] {
  const parts = [
    location,
    release === undefined ? undefined : `release ${release}`,
    first_seen === undefined ? undefined : `first seen ${first_seen}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? [] : [`  ${parts.join(', ')}`];
}

function otherLines({ root_cause, title, confidence, position, fix }: Cause): string[] {
  const role = position === 'next' ? 'would refuse next' : `confidence ${confidence.toFixed(2)}`;
  return [
    `${root_cause} (${role}): ${title}.`,
    `  Mend: ${fix.action}${fix.command === undefined ? '' : ` $ ${fix.command}`}`,
  ];
}

function observationText({ source, observed, expected }: Observation): string {
  return `${source}: ${observed}${expected === undefined ? '' : `, expected ${expected}`}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
