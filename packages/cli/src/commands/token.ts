import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const INSPECT_HELP = `
The verdict is that of the server's own verifier, with the issuer and the public keys that a running server
publishes; no secret is needed. Whether the token was revoked is known to the server alone.
A token on the command line can be read by others on this machine: prefer \`-\`.

Exit codes: 0 the token is good, 1 it is refused, 2 there is no verdict.

Examples:
  $ pbpaste | netra token inspect -
  $ netra token inspect eyJ… --url https://chat.example.com --environment production
  $ netra token inspect - --json < token.txt`;

interface InspectFlags {
  url?: string;
  environment?: string;
  json?: boolean;
}

export function tokenCommand({ io, finish }: CommandContext): Command {
  const inspect = new Command('inspect')
    .summary('decode an access token and judge it')
    .description(
      'Shows an access token claim by claim, and whether a running server would accept it, or why not.',
    )
    .argument('<jwt>', 'the token, or - to read it from standard input')
    .option('-u, --url <url>', 'a running server (default: NETRA_PUBLIC_URL, else http://localhost:PORT)')
    .option(
      '-e, --environment <name>',
      'the environment of that server (default: ENVIRONMENT, else development)',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', INSPECT_HELP)
    .action(async (jwt: string, flags: InspectFlags) => {
      const { inspectToken } = await import('../inspect/inspect-token.ts');
      const token = (jwt === '-' ? await io.readStdin() : jwt).trim();
      const url = flags.url ?? io.env.NETRA_PUBLIC_URL ?? `http://localhost:${io.env.PORT ?? 8080}`;
      const environment = flags.environment ?? io.env.ENVIRONMENT ?? 'development';
      finish(
        await inspectToken({
          io,
          token,
          url: url.replace(/\/+$/, ''),
          environment,
          json: flags.json ?? false,
        }),
      );
    });
  return new Command('token')
    .summary('look at access tokens')
    .description('Looks at access tokens.')
    .addCommand(inspect);
}
