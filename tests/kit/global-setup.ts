import type { TestProject } from 'vitest/node';
// By its path: Vitest loads global setups without our export conditions.
import { startTestPostgres } from '../../packages/service/src/testing/test-postgres.ts';

interface Shared {
  users: number;
  readonly postgres: ReturnType<typeof startTestPostgres>;
}

/** Every Vitest project of a run calls this, each with a copy of this module; they share one PostgreSQL. */
const holder = globalThis as typeof globalThis & { netraTestPostgres?: Shared | undefined };

// Vitest wants the default export.
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  holder.netraTestPostgres ??= { users: 0, postgres: startTestPostgres() };
  const shared = holder.netraTestPostgres;
  shared.users += 1;
  const postgres = await shared.postgres;
  project.provide('netraPostgres', postgres.connection);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    holder.netraTestPostgres = undefined;
    await postgres.stop();
  };
}
