import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const HELP = `
Each migration is one transaction, and several processes may do this at once. \`up\`, \`auth\` and \`gateway\`
migrate by themselves when they start; this is for deployments that want it done before.

Examples:
  $ netra migrate
  $ DATABASE_URL=postgres://… netra migrate --json`;

export function migrateCommand({ io, finish }: CommandContext): Command {
  return new Command('migrate')
    .summary('bring the database up to date and end')
    .description('Applies the migrations that the database lacks, and ends.')
    .option('--json', 'print {"applied": {"auth": […], "netra": […]}}')
    .addHelpText('after', HELP)
    .action(async ({ json = false }: { json?: boolean }) => {
      const { migrateAll } = await import('../compose/migrate-all.ts');
      finish(await migrateAll(io, { json }));
    });
}
