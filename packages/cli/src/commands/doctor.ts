import { AppError } from '@netra/service';
import { Command, InvalidArgumentError } from 'commander';
import type { VisitFlags } from '../doctor/plan-visit.ts';
import type { CommandContext } from '../program.ts';

const HELP = `
It looks from outside, as a client does: name, port, certificate, proxies, health, clock, keys, then, with a
credential, every step from the token to the answer of an agent. It is silent about what is fine. With the key of
end-to-end tests, or signed in with \`netra login\`, it looks at all of it; secrets come from files or variables.
--gate measures handshakes before a deploy gets traffic: more than 99 % succeed, below 3 s on average, none over 5 s.

Exit codes: 0 nothing is wrong, 1 something is, 2 could not look.

Examples:
  $ netra doctor https://chat.example.com
  $ netra doctor http://localhost:8080 --e2e-key-env E2E_OAUTH_SIMULATION_KEY
  $ netra doctor https://chat.example.com idle_timeout --token-file token.txt
  $ netra doctor https://chat.example.com --gate 50 --e2e-key-file /run/secrets/e2e-key --json`;

const DEFAULT_HANDSHAKES = 20;

interface DoctorFlags extends VisitFlags {
  list?: boolean;
  json?: boolean;
  gate?: number | true;
}

export function doctorCommand({ io, finish }: CommandContext): Command {
  return new Command('doctor')
    .summary('look at a running server from outside')
    .description('Finds what keeps clients from connecting, and says what to run.')
    .argument('[url]', 'such as https://chat.example.com')
    .argument('[check]', 'one check by its name')
    .option('--list', 'list the checks')
    .option('--json', 'print one JSON object')
    .option('--gate [n]', `measure so many handshakes instead (default: ${DEFAULT_HANDSHAKES})`, wholeNumber)
    .option('--auth-url <url>', 'where the auth service has an address of its own')
    .option('--e2e-key-file <path>', 'file with the key of end-to-end tests, - for standard input')
    .option('--e2e-key-env <name>', 'variable that holds it')
    .option('--e2e-users <ids>', 'users of end-to-end tests, with commas (default: those of netra seed e2e)')
    .option('--token-file <path>', 'file with an access token, - for standard input')
    .option('--token-env <name>', 'variable that holds one')
    .option('-e, --environment <name>', "of the server: judges the token with the server's verifier too")
    .option('--origin <url>', 'of a page that is to connect: looks whether it may')
    .option('--agent <name>', 'whose answer is wanted to the message (default: that of the server)')
    .option('--idle-seconds <n>', 'how long idle_timeout waits in silence (default: 60)', wholeNumber)
    .addHelpText('after', HELP)
    .action(async (url: string | undefined, check: string | undefined, flags: DoctorFlags) => {
      const { doctor, gate, listChecks } = await import('../doctor/doctor.ts');
      const { list, json = false, gate: handshakes, ...rest } = flags;
      if (list) return listChecks({ io, json });
      if (url === undefined)
        throw new AppError('url_missing', 'There is no address to look at.', {
          fix: 'netra doctor https://chat.example.com',
        });
      const { planVisit } = await import('../doctor/plan-visit.ts');
      const options = { io, visit: await planVisit(io, url, rest), check, json };
      if (handshakes === undefined) return finish(await doctor(options));
      finish(await gate(options, handshakes === true ? DEFAULT_HANDSHAKES : handshakes));
    });
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
}
