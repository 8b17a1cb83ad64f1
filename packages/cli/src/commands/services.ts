import { Command } from 'commander';
import type { ServicesTask } from '../admin/manage-services.ts';
import type { ExitCode } from '../command-io.ts';
import type { CommandContext } from '../program.ts';

const WHERE = `
Besides the SERVICE_SECRET of the auth service's own settings, two more may be valid for a service at a time, so that a
secret is replaced without a moment in which neither works: add, give it to the service, revoke the old one.`;

interface Json {
  json?: boolean;
}

export function servicesCommand(context: CommandContext): Command {
  const list = new Command('list')
    .description('Lists the credentials of services, without their secrets.')
    .option('--json', 'print {"credentials": […]}')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra services list`)
    .action(({ json = false }: Json) =>
      run(context, json, async (task) => (await import('../admin/manage-services.ts')).listServices(task)),
    );
  const add = new Command('add')
    .description('Makes a second secret for a service and prints it, once.')
    .argument('[service-id]', 'default: SERVICE_ID, else netra-gateway')
    .option('-d, --days <number>', 'it expires after so many days; default: never')
    .option('--json', 'print {"credential_id", "service_id", "secret"}')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra services add netra-gateway --days 365`)
    .action((given: string | undefined, { days, json = false }: Json & { days?: string }) => {
      const serviceId = given ?? context.io.env.SERVICE_ID ?? 'netra-gateway';
      return run(context, json, async (task) =>
        (await import('../admin/manage-services.ts')).addService(task, { serviceId, days }),
      );
    });
  const revoke = new Command('revoke')
    .description('Ends a credential and the tokens that came of it.')
    .argument('<credential-id>', 'as `netra services list` shows it')
    .option('--json', 'print {"credential_id", "state"}')
    .addHelpText('after', `${WHERE}\n\nExamples:\n  $ netra services revoke svc_2f…`)
    .action((credentialId: string, { json = false }: Json) =>
      run(context, json, async (task) =>
        (await import('../admin/manage-services.ts')).revokeService(task, credentialId),
      ),
    );
  return new Command('services')
    .summary('replace the secrets of services without an outage')
    .description('Looks after the credentials by which services sign in at the auth service.')
    .addCommand(list)
    .addCommand(add)
    .addCommand(revoke);
}

async function run(
  { io, finish }: CommandContext,
  json: boolean,
  work: (task: ServicesTask) => Promise<ExitCode>,
): Promise<void> {
  const { withAuth } = await import('../compose/with-auth.ts');
  finish(await withAuth({ io }, ({ auth }) => work({ io, auth, json })));
}
