import { Command } from 'commander';
import type { CommandContext } from '../program.ts';
import { AGENTS_HELP, agentsOption } from './agents-option.ts';

const HELP = `${AGENTS_HELP}

Settings most often changed:
  PORT             where to listen (default 8080; 0 takes any free port)
  NETRA_DATA_DIR   where the data is (default .netra)
  DATABASE_URL     a PostgreSQL of your own instead of the embedded one
  OPENAI_API_KEY, ANTHROPIC_API_KEY, GOOGLE_GENERATIVE_AI_API_KEY, OPENAI_BASE_URL, NETRA_MODEL
                   a language model; without one the built-in guide answers

Examples:
  $ netra up
  $ PORT=3000 netra up
  $ netra up --agents ./examples/agent.ts
  $ OPENAI_BASE_URL=http://localhost:11434/v1 NETRA_MODEL=llama3.2 netra up`;

export function upCommand({ io, finish }: CommandContext): Command {
  return new Command('up')
    .summary('everything in one process, with its own database')
    .description('Starts the auth service, the gateway and the web app in one process, on one address.')
    .addOption(agentsOption())
    .addHelpText('after', HELP)
    .action(async ({ agents: agentPaths = [] }: { agents?: string[] }) => {
      const startedAtMs = performance.now();
      const { serve } = await import('../serve.ts');
      const { composeUp } = await import('../compose/up.ts');
      const { describeInstallation } = await import('../terminal/banner.ts');
      const code = await serve({
        io,
        role: 'up',
        start: async (startup) => {
          const installation = await composeUp(startup, { agentPaths });
          const lines = describeInstallation(installation, { startMs: performance.now() - startedAtMs });
          return { url: installation.config.publicUrl, lines };
        },
      });
      finish(code);
    });
}
