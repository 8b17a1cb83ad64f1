import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const HELP = `
Each migration is one transaction, and several processes may do this at once. \`up\`, \`auth\` and \`gateway\`
migrate by themselves when they start; this is for deployments that want it done before.

\`--new-epochs\` is for the one restore that Netra cannot see by itself: an older copy of the database's own files, as a
snapshot of a disk is. Numbers of events would be given twice; with a new epoch clients start from a snapshot. Stop the
gateways before, and start them after.

Examples:
  $ netra migrate
  $ DATABASE_URL=postgres://… netra migrate --json
  $ netra migrate --new-epochs`;

export function migrateCommand({ io, finish }: CommandContext): Command {
  return new Command('migrate')
    .summary('bring the database up to date and end')
    .description('Applies the migrations that the database lacks, and ends.')
    .option('--json', 'print {"applied": {"auth": […], "netra": […]}}')
    .option(
      '--new-epochs',
      'give every thread a new epoch, after older files of the database were put in place',
    )
    .addHelpText('after', HELP)
    .action(async ({ json = false, newEpochs = false }: { json?: boolean; newEpochs?: boolean }) => {
      const { migrateAll } = await import('../compose/migrate-all.ts');
      finish(await migrateAll(io, { json, newEpochs }));
    });
}
