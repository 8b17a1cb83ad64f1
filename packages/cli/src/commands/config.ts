import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { AppError, type ConfigRole, type Environment as EnvironmentName } from '@netra/service';
import { Command, Option } from 'commander';
import type { Environment } from '../environment.ts';
import type { CommandContext } from '../program.ts';

const CHECK_HELP = `
It asks the same functions as a start does, and starts nothing. It lists every missing, short, weak, default,
conflicting, misplaced and old value at once, each with what mends it, and never shows a value.

Exit codes: 0 nothing to mend, 1 findings, 2 could not run.

Examples:
  $ netra config check --env production
  $ netra config check --env staging --role gateway --json
  $ netra config check --env staging --env-file deploy/staging.env`;

interface CheckFlags {
  env?: EnvironmentName;
  role: ConfigRole;
  envFile?: string;
  json?: boolean;
}

export function configCommand({ io, finish }: CommandContext): Command {
  const check = new Command('check')
    .summary('everything that is missing or wrong in the settings')
    .description('Lists everything that would keep a server from starting, or that is set and not read.')
    .addOption(
      new Option('-e, --env <environment>', 'default: ENVIRONMENT, else development').choices([
        'development',
        'staging',
        'production',
      ]),
    )
    .addOption(
      new Option('-r, --role <command>', 'whose settings')
        .choices(['up', 'auth', 'gateway', 'migrate'])
        .default('up'),
    )
    .option('-f, --env-file <path>', 'check the variables of this file instead of those of this shell')
    .option('--json', 'print one JSON object')
    .addHelpText('after', CHECK_HELP)
    .action(async ({ env: asked, role, envFile, json = false }: CheckFlags) => {
      const { checkConfig } = await import('../config-check/check-config.ts');
      const { describeReport, reportAsJson } = await import('../config-check/describe-report.ts');
      const env = envFile === undefined ? io.env : readEnvFile(envFile);
      const environment = asked ?? environmentOf(env);
      const report = checkConfig(env, { environment, role });
      if (json) io.out(JSON.stringify(reportAsJson(report)));
      else for (const line of describeReport(report)) io.out(line);
      finish(report.findings.length === 0 ? 0 : 1);
    });
  return new Command('config')
    .summary('check the settings')
    .description('Looks at the settings of this installation.')
    .addCommand(check);
}

function environmentOf({ ENVIRONMENT: name }: Environment): EnvironmentName {
  return name === 'staging' || name === 'production' ? name : 'development';
}

function readEnvFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8')) as Environment; // its type allows for holes that it does not make
  } catch (cause) {
    throw new AppError('env_file_unreadable', `${path} cannot be read.`, {
      fix: `Give the path of a file of NAME=value lines: ls -l ${path}`,
      cause,
    });
  }
}
