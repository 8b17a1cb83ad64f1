import { Command } from 'commander';
import type { CommandContext } from '../program.ts';
import { AGENTS_HELP, agentsOption } from './agents-option.ts';

const HELP = `${AGENTS_HELP}

Wants DATABASE_URL and NETRA_AUTH_URL, and outside development SERVICE_SECRET.

Examples:
  $ DATABASE_URL=postgres://… NETRA_AUTH_URL=http://localhost:8081 netra gateway`;

export function gatewayCommand({ io, finish }: CommandContext): Command {
  return new Command('gateway')
    .summary('the gateway alone')
    .description(
      'Starts the gateway alone: WebSocket, REST, agents, web app. It needs a running auth service.',
    )
    .addOption(agentsOption())
    .addHelpText('after', HELP)
    .action(async ({ agents: agentPaths = [] }: { agents?: string[] }) => {
      const { serve } = await import('../serve.ts');
      const { composeGatewayAlone } = await import('../compose/split.ts');
      const code = await serve({
        io,
        role: 'gateway',
        start: (startup) => composeGatewayAlone(startup, { agentPaths }),
      });
      finish(code);
    });
}
