import type { Explanation } from '../explanation.ts';
import { describeMs } from '../rule.ts';

const FAILED_STYLE = 'fill:#fee2e2,stroke:#b91c1c,color:#7f1d1d';

/** The steps of the attempt as a Mermaid flow chart in a fence; the one that failed is red. Empty without steps. */
export function pathAsMermaid({ path, code }: Explanation): string[] {
  if (path.length === 0) return [];
  const nodes = path.map(
    ({ step, outcome, duration_ms }, index) =>
      `  s${index}["${label(step)}<br/>${label(outcome)}, ${describeMs(duration_ms)}"]`,
  );
  const failed = path.findIndex(({ outcome }) => outcome !== 'ok' && outcome !== 'skipped');
  const chain = ['client', ...path.map((_step, index) => `s${index}`), 'answer'].join(' --> ');
  return [
    '```mermaid',
    'flowchart LR',
    '  client(["client"])',
    ...nodes,
    `  answer(["${label(code)}"])`,
    `  ${chain}`,
    ...(failed < 0 ? [] : [`  style s${failed} ${FAILED_STYLE}`]),
    '```',
  ];
}

/** Steps and codes are ours; what else could come in is kept from breaking out of its quotes. */
function label(text: string): string {
  return text.replaceAll(/[^\w .:-]/g, '_');
}
