import type { Agents } from '../compose/agents.ts';
import type { Installation } from '../compose/up.ts';

/** What somebody who just started Netra needs to know, and nothing else. */
export function describeInstallation(installation: Installation, { startMs }: { startMs: number }): string[] {
  const { config, dataPlace, signInLink, agents, hasWebApp } = installation;
  const rows: [label: string, text: string, ...more: string[]][] = [['Open', config.publicUrl]];
  if (signInLink !== undefined) {
    rows.push(['Sign in', signInLink.url, 'as the development operator; works once, for 10 minutes']);
  }
  rows.push(['Data', dataPlace]);
  rows.push(['Model', ...modelLines(agents)]);
  if (agents.names.length > 1)
    rows.push(['Agents', agents.names.map((name, i) => (i === 0 ? `${name} (default)` : name)).join(', ')]);
  if (!hasWebApp) rows.push(['Web app', 'not built yet; run `npm run build`, or use `npm start`']);
  rows.push(['Stop', 'Ctrl-C']);
  const lines = rows.flatMap(([label, text, ...more]) => [
    `  ${label.padEnd(9)}${text}`,
    ...more.map((line) => `${' '.repeat(11)}${line}`),
  ]);
  return ['', `  Netra is ready (${(startMs / 1000).toFixed(1)} s)`, '', ...lines, ''];
}

function modelLines({ model }: Agents): [string, ...string[]] {
  if (!model.builtIn) return [model.describe(), ...model.notes];
  return [
    'none configured; the built-in guide answers',
    ...model.notes,
    'for a language model set OPENAI_API_KEY, ANTHROPIC_API_KEY or GOOGLE_GENERATIVE_AI_API_KEY',
    '(OPENAI_BASE_URL for Ollama, vLLM and the like; NETRA_MODEL chooses) and start again',
  ];
}
