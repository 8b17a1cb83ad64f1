import { Command, Option } from 'commander';
import type { CommandContext } from '../program.ts';
import type { WhyFormat } from '../why/why.ts';

const HELP = `
Every refusal carries an id (\`attempt_id\` in the answer); a run or a closed connection
has one too. It is asked with your login (\`netra login\`), which needs the permission ops:read, or with an operator's
access token. Where the server is down or lets nobody in, the database is read that this machine has the settings of
(DATABASE_URL, or NETRA_DATA_DIR with the embedded one), and it is said so.

Exit codes: 0 the root cause is named, 1 it is not known, 2 could not ask.

Examples:
  $ netra why att_01JZ5M0B1Q7V
  $ netra why att_01JZ5M0B1Q7V --format md > report.md
  $ netra why run_01JZ5M0B1Q7V --url https://chat.example.com --token-file - < token.txt`;

interface WhyFlags {
  format: WhyFormat;
  url?: string;
  authUrl?: string;
  tokenFile?: string;
  tokenEnv?: string;
}

export function whyCommand({ io, finish }: CommandContext): Command {
  return new Command('why')
    .summary('the root cause of a refusal, a closed connection or a failed run')
    .description('Explains a failure by its id: what was seen, why, and so on down to what has to be mended.')
    .argument('<id>', 'of an attempt, a connection or a run')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'json', 'md']).default('text'))
    .option('-u, --url <url>', 'of the server (default: the one last signed in at)')
    .option('--auth-url <url>', 'where you signed in, when the auth service has an address of its own')
    .option('--token-file <path>', "file with an operator's access token, - for standard input")
    .option('--token-env <name>', 'variable that holds one')
    .addHelpText('after', HELP)
    .action(async (id: string, { format, url, authUrl, tokenFile, tokenEnv }: WhyFlags) => {
      const { why } = await import('../why/why.ts');
      const { serverUrl } = await import('../remote/server-url.ts');
      const { readSecret } = await import('../remote/read-secret.ts');
      finish(
        await why({
          io,
          id,
          format,
          url: url === undefined ? undefined : serverUrl(url),
          authUrl: authUrl === undefined ? undefined : serverUrl(authUrl),
          token: await readSecret(io, { file: tokenFile, variable: tokenEnv }),
        }),
      );
    });
}
