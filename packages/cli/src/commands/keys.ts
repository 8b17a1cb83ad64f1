import { Command } from 'commander';
import type { KeysTask } from '../admin/manage-keys.ts';
import type { ExitCode } from '../command-io.ts';
import type { CommandContext } from '../program.ts';

const WHERE = `
It works on the database of this installation, with the settings of its server, whether that runs or not.
No command ever prints key material; docs/keys.md tells the whole life of a key.`;

interface Json {
  json?: boolean;
}

export function keysCommand(context: CommandContext): Command {
  const list = plain(context, {
    name: 'list',
    text: 'Lists the keys that sign tokens with their states, and check values of the secrets.',
    work: async (task) => (await import('../admin/manage-keys.ts')).listKeys(task),
  });
  const rotate = plain(context, {
    name: 'rotate',
    text: 'Publishes a new key, which signs as soon as every verifier can know it. Repeating it changes nothing.',
    work: async (task) => (await import('../admin/manage-keys.ts')).rotateKeys(task),
  });
  const revert = plain(context, {
    name: 'revert',
    text: 'Takes the last step back: withdraws a next key, or lets the key before sign again.',
    work: async (task) => (await import('../admin/manage-keys.ts')).revertKeys(task),
  });
  const revoke = new Command('revoke')
    .description('For a key that leaked: nothing that it signed is accepted any more, anywhere, within 5 s.')
    .argument('<kid>', 'as `netra keys list` shows it')
    .option('--json', 'print {"kid", "state"}')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra keys revoke gJ3…`)
    .action((kid: string, { json = false }: Json) =>
      run(context, json, async (task) => (await import('../admin/manage-keys.ts')).revokeKey(task, kid)),
    );
  return new Command('keys')
    .summary('list, rotate and revoke the keys that sign tokens')
    .description('Looks after the keys that sign tokens.')
    .addCommand(list)
    .addCommand(rotate)
    .addCommand(revert)
    .addCommand(revoke);
}

interface PlainCommand {
  readonly name: string;
  readonly text: string;
  readonly work: (task: KeysTask) => Promise<ExitCode>;
}

function plain(context: CommandContext, { name, text, work }: PlainCommand): Command {
  return new Command(name)
    .description(text)
    .option('--json', 'print one JSON object')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra keys ${name}\n  $ netra keys ${name} --json`)
    .action(({ json = false }: Json) => run(context, json, work));
}

async function run({ io, finish }: CommandContext, json: boolean, work: PlainCommand['work']): Promise<void> {
  const { withAuth } = await import('../compose/with-auth.ts');
  finish(await withAuth({ io }, (at) => work({ ...at, io, json })));
}
