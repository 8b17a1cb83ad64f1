import type { Cause, Explanation, Observation } from '../explanation.ts';
import { impactLines, relatedLine } from './impact-lines.ts';
import { pathAsMermaid } from './path-as-mermaid.ts';
import type { ReportInput } from './report-input.ts';

/** A five-whys report as Markdown, with the path drawn and the failing step marked. */
export function reportAsMarkdown(input: ReportInput): string {
  const { explanation } = input;
  const [best, ...others] = explanation.causes;
  return [
    `# ${titleOf(best, explanation)}`,
    '',
    explanation.summary,
    '',
    ...facts(input),
    ...part('Impact', bullets(impactOf(input))),
    ...part('The path', pathAsMermaid(explanation)),
    ...part(
      'Five whys',
      best === undefined ? ['No rule found what it needs: the root cause is not known.'] : whysOf(best),
    ),
    ...(best === undefined ? [] : part('Evidence', evidenceTable(best))),
    ...(best === undefined ? [] : part('Mend', mendOf(best))),
    ...(best === undefined ? [] : part('Prevention', [best.prevention])),
    ...part('Other causes', othersOf(explanation, others)),
    ...part(
      'Ruled out',
      bullets(
        explanation.ruled_out.map(({ root_cause, because }) => `\`${root_cause}\`: ${escaped(because)}`),
      ),
    ),
    ...part(
      'Could not be looked at',
      bullets((explanation.not_available ?? []).map(({ probe, because }) => `${probe} (${because})`)),
    ),
  ].join('\n');
}

function titleOf(best: Cause | undefined, { code }: Explanation): string {
  if (best === undefined) return `Root cause not known: ${code}`;
  return best.title;
}

function facts({ explanation, environment, release }: ReportInput): string[] {
  const { subject, at, code, causes, incident_id } = explanation;
  const [best] = causes;
  const rows = [
    [subject.kind, `\`${subject.id}\``],
    ['when', at],
    ['seen as', `\`${code}\``],
    ...(best === undefined
      ? []
      : [
          [
            'root cause',
            `\`${best.root_cause}\`, confidence ${best.confidence.toFixed(2)}: ${escaped(best.reason)}`,
          ],
        ]),
    ...(best?.location === undefined ? [] : [['place', `\`${best.location}\``]]),
    ...(best?.first_seen === undefined ? [] : [['first seen', best.first_seen]]),
    ...(incident_id === undefined ? [] : [['incident', `\`${incident_id}\``]]),
    ...(environment === undefined ? [] : [['environment', environment]]),
    ...(best?.release === undefined && release === undefined ? [] : [['release', best?.release ?? release]]),
  ];
  return ['| | |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name} | ${value} |`), ''];
}

function impactOf({ impact, related }: ReportInput): string[] {
  const line = relatedLine(related);
  return [...impactLines(impact), ...(line === undefined ? [] : [line])];
}

function whysOf({ whys }: Cause): string[] {
  return whys.flatMap(({ question, answer }, depth) => [
    `${depth + 1}. **${escaped(question)}**  `,
    `   ${escaped(answer)}`,
  ]);
}

function evidenceTable({ whys }: Cause): string[] {
  const rows = whys.flatMap(({ evidence }, depth) => evidence.map((one) => evidenceRow(depth + 1, one)));
  if (rows.length === 0) return [];
  return ['| why | source | observed | expected |', '| --- | --- | --- | --- |', ...rows];
}

function evidenceRow(depth: number, { source, observed, expected }: Observation): string {
  return `| ${depth} | ${cell(source)} | ${cell(observed)} | ${expected === undefined ? '' : cell(expected)} |`;
}

function mendOf({ fix: { action, command } }: Cause): string[] {
  return [escaped(action), ...(command === undefined ? [] : ['', '```sh', command, '```'])];
}

function othersOf({ ranking }: Explanation, others: readonly Cause[]): string[] {
  if (others.length === 0) return [];
  const lines = others.map(
    ({ root_cause, title, fix }) => `\`${root_cause}\`: ${title}. Mend: ${escaped(fix.action)}`,
  );
  return [...(ranking === undefined ? [] : [escaped(ranking), '']), ...bullets(lines)];
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function bullets(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${line}`);
}

/** Texts can hold what a client wrote (an origin, a user agent): no HTML, no link, no table cell of its making. */
function escaped(text: string): string {
  return text
    .replaceAll(/[<>]/g, (sign) => (sign === '<' ? '&lt;' : '&gt;'))
    .replaceAll(/[[\]|]/g, '\\$&')
    .replaceAll(/\s+/g, ' ');
}

function cell(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')}\``;
}
