import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const INSPECT_HELP = `
The verdict is that of the server's own verifier, with the issuer and the public keys that a running server
publishes; no secret is needed, except for HS256. For a token of another issuer, set TRUSTED_ISSUERS as the server has it. Whether the token was revoked is known to the server alone.
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
    .summary('inspect, issue and print access tokens')
    .description('Makes access tokens and looks at them.')
    .addCommand(inspect)
    .addCommand(issueCommand({ io, finish }))
    .addCommand(printCommand({ io, finish }));
}

const ISSUE_HELP = `
It opens a real session (which signing out, deactivation and so on end) and prints its access token, good for 10
minutes; for a user of \`netra seed e2e\` it is a token as tests get them. It works on the database of this
installation, whether the server runs or not, and refuses in production: there, \`netra login\`.

Examples:
  $ netra token issue ada@example.com
  $ netra token issue staging-e2e-user-001 | netra token inspect -`;

function issueCommand({ io, finish }: CommandContext): Command {
  return new Command('issue')
    .summary('an access token of a user of this installation')
    .description('Prints an access token of a user, in development and staging.')
    .argument('<user>', 'id or e-mail address')
    .option('--json', 'print what POST /auth/token answers')
    .addHelpText('after', ISSUE_HELP)
    .action(async (user: string, { json = false }: { json?: boolean }) => {
      const { withAuth } = await import('../compose/with-auth.ts');
      const { issueToken, withTestKey } = await import('../admin/issue-token.ts');
      finish(await withAuth({ io, adapt: withTestKey }, (at) => issueToken(at, { io, user, json })));
    });
}

const PRINT_HELP = `
Examples:
  $ netra token print
  $ curl -H "Authorization: Bearer $(netra token print)" https://chat.example.com/v1/threads`;

function printCommand({ io, finish }: CommandContext): Command {
  return new Command('print')
    .summary('an access token by the key of `netra login`')
    .description('Prints a fresh access token for the server that `netra login` signed in at.')
    .option('-u, --url <url>', 'default: the last server signed in at')
    .option('--json', 'print what POST /auth/token answers')
    .addHelpText('after', PRINT_HELP)
    .action(async ({ url, json = false }: { url?: string; json?: boolean }) => {
      const { printToken } = await import('../remote/print-token.ts');
      const { serverUrl } = await import('../remote/server-url.ts');
      finish(await printToken({ io, url: url === undefined ? undefined : serverUrl(url), json }));
    });
}
