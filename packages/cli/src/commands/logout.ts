import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const HELP = `
The key is revoked at the server. With --local it is only forgotten here, and stays good until it is revoked at
/auth/api-keys, or expires.

Examples:
  $ netra logout
  $ netra logout https://chat.example.com
  $ netra logout --local`;

export function logoutCommand({ io, finish }: CommandContext): Command {
  return new Command('logout')
    .summary('revoke and forget the API key of a server')
    .description('Revokes the API key that `netra login` keeps, and removes it here.')
    .argument('[url]', 'default: the last server signed in at')
    .option('--local', 'ask no server: only forget the key here')
    .addHelpText('after', HELP)
    .action(async (given: string | undefined, { local = false }: { local?: boolean }) => {
      const { logout } = await import('../remote/logout.ts');
      const { serverUrl } = await import('../remote/server-url.ts');
      finish(await logout({ io, url: given && serverUrl(given), local }));
    });
}
