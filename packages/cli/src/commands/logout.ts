import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const HELP = `
The key itself stays good until it is revoked in the web app, or expires.

Examples:
  $ netra logout
  $ netra logout https://chat.example.com`;

export function logoutCommand({ io, finish }: CommandContext): Command {
  return new Command('logout')
    .summary('forget the API key of a server')
    .description('Removes the API key that `netra login` keeps.')
    .argument('[url]', 'default: the last server signed in at')
    .addHelpText('after', HELP)
    .action(async (given: string | undefined) => {
      const { findCredential, forgetCredential } = await import('../remote/credential-file.ts');
      const { serverUrl } = await import('../remote/server-url.ts');
      const { url, credential } = await findCredential(io.env, given && serverUrl(given));
      await forgetCredential(io.env, url);
      const key = credential.key_id === undefined ? 'The key' : `The key ${credential.key_id}`;
      io.out(`Forgotten. ${key} of ${credential.user} stays good until it is revoked at ${url}.`);
      finish(0);
    });
}
