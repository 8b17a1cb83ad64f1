import { authMigrations } from '@netra/auth';
import { gatewayMigrations, renewLogEpochs } from '@netra/gateway';
import { createLifecycle, createLogger, loadConfig } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { describeConfigProblems } from '../terminal/failure.ts';
import { openSchema, reachDatabase } from './database.ts';

/** Migrates both schemas of the configured database, says what was applied, and leaves nothing running. */
export async function migrateAll(
  io: CommandIo,
  { json, newEpochs }: { json: boolean; newEpochs: boolean },
): Promise<ExitCode> {
  const result = loadConfig(io.env, { role: 'migrate' });
  if (!result.ok) {
    for (const line of describeConfigProblems(result.problems)) io.err(line);
    return 2;
  }
  const { config } = result;
  const log = createLogger({ level: 'warn', destination: { write: (line) => io.err(line.trimEnd()) } });
  const lifecycle = createLifecycle({ log });
  const startup = {
    config,
    stepLog: log,
    lifecycle,
    progress: (message: string): void => io.err(`  ${message} …`),
    // The migration that was under way fails, and says more.
    fail: (reason: string): void => log.error(reason),
  };
  try {
    const database = await reachDatabase(startup);
    const auth = await openSchema(startup, database, { schema: 'auth', migrations: await authMigrations() });
    const netra = await openSchema(startup, database, {
      schema: 'netra',
      migrations: await gatewayMigrations(),
    });
    const applied = { auth: auth.applied, netra: netra.applied };
    const renewed = newEpochs ? { renewed_threads: await renewLogEpochs(netra.pool) } : {};
    const lines = [...describeApplied(applied), ...describeRenewed(renewed)];
    for (const line of json ? [JSON.stringify({ applied, ...renewed })] : lines) io.out(line);
    return 0;
  } finally {
    await lifecycle.stop('migrated');
  }
}

function describeRenewed({ renewed_threads: threads }: { renewed_threads?: number }): string[] {
  return threads === undefined
    ? []
    : [
        `${threads === 1 ? '1 thread has' : `${threads} threads have`} a new epoch: clients start from a snapshot.`,
      ];
}

function describeApplied(applied: Record<string, readonly string[]>): string[] {
  const lines = Object.entries(applied).flatMap(([schema, names]) =>
    names.map((name) => `applied ${schema}/${name}`),
  );
  return lines.length > 0 ? lines : ['Nothing to do: the database is up to date.'];
}
