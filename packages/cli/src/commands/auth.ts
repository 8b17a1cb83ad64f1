import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const HELP = `
Wants DATABASE_URL, and outside development AUTH_ENCRYPTION_KEY and SERVICE_SECRET.
It serves /auth/* and /.well-known/*; \`netra gateway\` serves the rest.

Examples:
  $ DATABASE_URL=postgres://… PORT=8081 NETRA_PUBLIC_URL=http://localhost:8081 netra auth`;

export function authCommand({ io, finish }: CommandContext): Command {
  return new Command('auth')
    .summary('the auth service alone')
    .description('Starts the auth service alone: sign-up, sign-in, sessions, tokens, keys.')
    .addHelpText('after', HELP)
    .action(async () => {
      const { serve } = await import('../serve.ts');
      const { composeAuthAlone } = await import('../compose/split.ts');
      finish(await serve({ io, role: 'auth', start: composeAuthAlone }));
    });
}
