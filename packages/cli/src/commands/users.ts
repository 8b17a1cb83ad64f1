import type { Role } from '@netra/protocol';
import { Command, Option } from 'commander';
import type { ExitCode } from '../command-io.ts';
import type { AuthAtHand } from '../compose/with-auth.ts';
import type { CommandContext } from '../program.ts';

const WHERE = `
It works on the database of this installation, with the settings of its server, whether that runs or not.`;

interface Json {
  json?: boolean;
}

interface CreateFlags extends Json {
  name?: string;
  operator?: boolean;
  passwordStdin?: boolean;
}

export function usersCommand(context: CommandContext): Command {
  return new Command('users')
    .summary('create, list, deactivate users; reset a password without mail')
    .description('Looks after the users of this installation.')
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(activityCommand(context, 'deactivate'))
    .addCommand(activityCommand(context, 'activate'))
    .addCommand(rolesCommand(context))
    .addCommand(resetCommand(context));
}

function createCommand(context: CommandContext): Command {
  return new Command('create')
    .description(
      'Creates a user, the first operator for example, and prints a link by which a password is chosen.',
    )
    .argument('<email>')
    .option('-n, --name <name>', 'default: what stands before the @')
    .option('-o, --operator', 'may see and mend the whole installation')
    .option('--password-stdin', 'read a password from standard input instead of making a link')
    .option('--json', 'print {"user_id", "email", "roles", "link"?, "link_expires_at"?}')
    .addHelpText(
      'after',
      `${WHERE}\n\nExamples:\n  $ netra users create ada@example.com --operator\n  $ pass show netra/ada | netra users create ada@example.com --password-stdin`,
    )
    .action((email: string, { name, operator, passwordStdin, json = false }: CreateFlags) =>
      run(context, async ({ io, auth }) => {
        const roles: Role[] = operator ? ['user', 'operator'] : ['user'];
        const password = passwordStdin ? (await io.readStdin()).replace(/\r?\n$/, '') : undefined;
        return (await import('../admin/manage-users.ts')).createUser(
          { io, auth, json },
          { email, name: name ?? email.split('@')[0] ?? email, roles, password },
        );
      }),
    );
}

function listCommand(context: CommandContext): Command {
  return new Command('list')
    .description('Lists all users.')
    .option('--json', 'print {"users": […]}')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra users list\n  $ netra users list --json`)
    .action(({ json = false }: Json) =>
      run(context, async ({ io, auth }) =>
        (await import('../admin/manage-users.ts')).listUsers({ io, auth, json }),
      ),
    );
}

const ACTIVITY = {
  deactivate: {
    text: 'Ends all sessions, tokens and connections of a user, and lets nobody sign in as them.',
    done: 'deactivated; sessions, tokens and connections end within seconds',
  },
  activate: { text: 'Lets a deactivated user sign in again.', done: 'active' },
} as const;

function activityCommand(context: CommandContext, name: keyof typeof ACTIVITY): Command {
  const { text, done } = ACTIVITY[name];
  return new Command(name)
    .description(text)
    .argument('<user>', 'id or e-mail address')
    .option('--json', 'print the user as one JSON object')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra users ${name} ada@example.com`)
    .action((user: string, { json = false }: Json) =>
      run(context, async ({ io, auth }) => {
        const change = (userId: string) =>
          name === 'activate' ? auth.users.reactivate(userId) : auth.users.deactivate(userId);
        return (await import('../admin/manage-users.ts')).changeUser(
          { io, auth, json },
          { user, change, done },
        );
      }),
    );
}

function rolesCommand(context: CommandContext): Command {
  return new Command('role')
    .description(
      'Makes a user an operator, or an operator a plain user. Connections made by the old role end.',
    )
    .argument('<user>', 'id or e-mail address')
    .addOption(
      new Option('-r, --role <role>', 'the new role').choices(['user', 'operator']).makeOptionMandatory(),
    )
    .option('--json', 'print the user as one JSON object')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra users role ada@example.com --role operator`)
    .action((user: string, { role, json = false }: Json & { role: Role }) =>
      run(context, async ({ io, auth }) => {
        const roles: Role[] = role === 'operator' ? ['user', 'operator'] : ['user'];
        const change = (userId: string) => auth.users.setRoles(userId, roles);
        return (await import('../admin/manage-users.ts')).changeUser(
          { io, auth, json },
          { user, change, done: `now ${role}` },
        );
      }),
    );
}

function resetCommand(context: CommandContext): Command {
  return new Command('reset')
    .description('Prints a link by which a user chooses a new password; no mail is sent.')
    .argument('<user>', 'id or e-mail address')
    .option('--json', 'print {"user_id", "email", "link", "link_expires_at"}')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra users reset ada@example.com`)
    .action((user: string, { json = false }: Json) =>
      run(context, async ({ io, auth }) =>
        (await import('../admin/manage-users.ts')).resetPassword({ io, auth, json }, user),
      ),
    );
}

type AtHand = CommandContext & AuthAtHand;

async function run(context: CommandContext, work: (at: AtHand) => Promise<ExitCode>): Promise<void> {
  const { withAuth } = await import('../compose/with-auth.ts');
  context.finish(await withAuth({ io: context.io }, (at) => work({ ...context, ...at })));
}
