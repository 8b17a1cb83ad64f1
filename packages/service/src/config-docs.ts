import { CONFIG_SETTINGS } from './config/settings.ts';

const heading = `# Configuration

Netra reads environment variables, and nothing else. Nothing is needed in development. Every problem is reported at
once, with what mends it. An empty variable counts as unset. A **secret** can also come from a file: set
\`NAME_FILE\` instead of \`NAME\` (one newline at its end is ignored).

This page is generated from the table in \`packages/service/src/config/settings.ts\`.
`;

/** The text of `docs/configuration.md`. */
export function configurationPage(): string {
  return `${[heading, ...CONFIG_SETTINGS.map(section)].join('\n')}`;
}

function section(setting: (typeof CONFIG_SETTINGS)[number]): string {
  const { name, doc, example, roles, secret, unit } = setting;
  const facts = [
    `- **Default:** ${setting.default}`,
    ...(unit === undefined ? [] : [`- **Unit:** ${unit}`]),
    `- **Example:** ${example.startsWith('the output of') ? example.replace(/: (.*)$/, ' `$1`') : `\`${name}=${example}\``}`,
    `- **Read by:** ${roles.map((role) => `\`netra ${role}\``).join(', ')}`,
    ...(secret ? [`- **Secret:** never shown; \`${name}_FILE\` names a file that holds it`] : []),
  ];
  return `## ${name}\n\n${doc}\n\n${facts.join('\n')}\n`;
}
