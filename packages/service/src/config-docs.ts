import { CONFIG_SETTINGS } from './config/settings.ts';

const heading = `# Configuration

Netra reads environment variables, and nothing else. Nothing is needed in development. Every problem is reported at
once, with what mends it. An empty variable counts as unset. A **secret** can also come from a file: set
\`NAME_FILE\` instead of \`NAME\` (one newline at its end is ignored).

\`netra config check --env production\` lists everything that is missing or wrong, without a start.

This page is generated from the table in \`packages/service/src/config/settings.ts\`.
`;

const sharedSecret = `## JWT_SECRET_DEVELOPMENT, JWT_SECRET_STAGING, JWT_SECRET_PRODUCTION, JWT_SECRET_KEY

Access tokens are signed by keys that are made and kept in the database (ES256), and none of these is needed. An
installation that wants one shared secret instead (HS256) sets the one of its environment, or \`JWT_SECRET_KEY\`, at the
auth service and at every gateway. Every process looks in this order, takes the first that is set, and says which it
was; setting a name and its \`_FILE\`, or one secret for two environments, is refused:

\`JWT_SECRET_<ENVIRONMENT>_FILE\` → \`JWT_SECRET_<ENVIRONMENT>\` → \`JWT_SECRET_KEY_FILE\` → \`JWT_SECRET_KEY\`

- **Default:** none: ES256 with keys in the database
- **Example:** the output of \`openssl rand -base64 48\`
- **Read by:** \`netra up\`, \`netra auth\`, \`netra gateway\`
- **Secret:** never shown; see [keys](keys.md)
`;

/** The text of `docs/configuration.md`. */
export function configurationPage(): string {
  return `${[heading, ...CONFIG_SETTINGS.map(section), sharedSecret].join('\n')}`;
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
