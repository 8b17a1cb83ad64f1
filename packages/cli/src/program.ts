import { Command } from 'commander';
import type { CommandIo, ExitCode } from './command-io.ts';
import { authCommand } from './commands/auth.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { drillCommand } from './commands/drill.ts';
import { gatewayCommand } from './commands/gateway.ts';
import { keysCommand } from './commands/keys.ts';
import { loginCommand } from './commands/login.ts';
import { logoutCommand } from './commands/logout.ts';
import { migrateCommand } from './commands/migrate.ts';
import { seedCommand } from './commands/seed.ts';
import { servicesCommand } from './commands/services.ts';
import { tokenCommand } from './commands/token.ts';
import { upCommand } from './commands/up.ts';
import { usersCommand } from './commands/users.ts';
import { whyCommand } from './commands/why.ts';
import { readVersion } from './version.ts';

export interface CommandContext {
  readonly io: CommandIo;
  /** Says what the process exits with; a command that never calls it exits 0. */
  readonly finish: (code: ExitCode) => void;
}

export function buildProgram(context: CommandContext): Command {
  const program = new Command('netra')
    .description('Chat for AI agents: authenticated, in real time, able to explain itself.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', PROGRAM_HELP);
  program.addCommand(upCommand(context));
  program.addCommand(authCommand(context));
  program.addCommand(gatewayCommand(context));
  program.addCommand(migrateCommand(context));
  program.addCommand(configCommand(context));
  program.addCommand(usersCommand(context));
  program.addCommand(seedCommand(context));
  program.addCommand(keysCommand(context));
  program.addCommand(servicesCommand(context));
  program.addCommand(tokenCommand(context));
  program.addCommand(loginCommand(context));
  program.addCommand(logoutCommand(context));
  program.addCommand(doctorCommand(context));
  program.addCommand(whyCommand(context));
  program.addCommand(drillCommand(context));
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => context.io.out(text.trimEnd()),
      writeErr: (text) => context.io.err(text.trimEnd()),
    });
    command.showHelpAfterError(`Run \`${fullName(command)} --help\` to see what it takes.`);
  }
  return program;
}

const PROGRAM_HELP = `
Start here:
  $ netra up                     everything in one process, with its own database

Settings come from environment variables; docs/configuration.md lists them all.
Exit codes: 0 fine, 1 findings, 2 could not run.`;

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
