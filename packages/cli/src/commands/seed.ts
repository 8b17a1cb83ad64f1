import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const HELP = `
Without names: staging-e2e-user-001, -002 and -003. It may run again and again: users who are there stay, deactivated
ones come back, and none is ever an operator. It refuses in production. Tests sign in as them by
E2E_OAUTH_SIMULATION_KEY; docs/identity.md shows how.

Examples:
  $ netra seed e2e
  $ netra seed e2e --user checkout-001 checkout-002
  $ ENVIRONMENT=staging netra seed e2e --count 20 --json`;

interface SeedFlags {
  user?: string[];
  count?: string;
  json?: boolean;
}

export function seedCommand({ io, finish }: CommandContext): Command {
  const e2e = new Command('e2e')
    .description('Makes the users that end-to-end tests sign in as, or brings them back to how they must be.')
    .option('-u, --user <id...>', 'these instead of the usual three')
    .option('-c, --count <number>', 'staging-e2e-user-001 up to this number, at most 999')
    .option('--json', 'print {"users": [{"user_id", "outcome"}]}')
    .addHelpText('after', HELP)
    .action(async ({ user, count, json = false }: SeedFlags) => {
      const { withAuth } = await import('../compose/with-auth.ts');
      const { seedE2e } = await import('../admin/seed-e2e.ts');
      finish(await withAuth({ io }, ({ auth }) => seedE2e({ io, auth, json, users: user, count })));
    });
  return new Command('seed')
    .summary('make users for end-to-end tests')
    .description('Puts what tests need into the database.')
    .addCommand(e2e);
}
