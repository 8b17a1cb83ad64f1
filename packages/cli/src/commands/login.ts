import { Command } from 'commander';
import type { CommandContext } from '../program.ts';

const LOGIN_HELP = `
Makes an API key with your e-mail address and password and keeps it, readable for you alone, in
$XDG_CONFIG_HOME/netra (~/.config/netra). The password is not kept. The key may do what you may, for 90 days; it is
listed and revoked at /auth/api-keys. With a second factor, make a key there and give it with --api-key-stdin.

Examples:
  $ netra login https://chat.example.com
  $ netra login http://localhost:8080 --email ada@example.com --password-stdin < password.txt
  $ netra login https://chat.example.com --api-key-stdin < key.txt
  $ curl -H "Authorization: Bearer $(netra token print)" https://chat.example.com/v1/threads`;

interface LoginFlags {
  email?: string;
  passwordStdin?: boolean;
  apiKeyStdin?: boolean;
  json?: boolean;
}

export function loginCommand({ io, finish }: CommandContext): Command {
  return new Command('login')
    .summary('sign in at a server, for programs and pipelines')
    .description('Signs in at a running server and keeps an API key for it.')
    .argument('<url>', 'such as https://chat.example.com')
    .option('--email <address>', 'default: it asks')
    .option('--password-stdin', 'read the password from standard input')
    .option('--api-key-stdin', 'read an API key from standard input and keep that one')
    .option('--json', 'print {"url", "user", "path", "expires_at"?}')
    .addHelpText('after', LOGIN_HELP)
    .action(async (url: string, flags: LoginFlags) => {
      const { login } = await import('../remote/login.ts');
      const { serverUrl } = await import('../remote/server-url.ts');
      const { email, passwordStdin = false, apiKeyStdin = false, json = false } = flags;
      finish(await login({ io, url: serverUrl(url), email, passwordStdin, apiKeyStdin, json }));
    });
}
