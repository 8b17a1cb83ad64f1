import type { AuthService } from '@netra/auth';
import { AppError } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { formatTable } from '../terminal/table.ts';

const MAX_COUNT = 999;

export interface SeedOptions {
  readonly io: CommandIo;
  readonly auth: Pick<AuthService, 'seedE2eUsers'>;
  readonly json: boolean;
  readonly users: readonly string[] | undefined;
  readonly count: string | undefined;
}

/** Errors: `e2e_in_production`, `e2e_user_name_invalid`, `user_exists`, `count_invalid`. */
export async function seedE2e({ io, auth, json, users, count }: SeedOptions): Promise<ExitCode> {
  const seeded = await auth.seedE2eUsers(users ?? (count === undefined ? undefined : numbered(count)));
  if (json) {
    io.out(JSON.stringify({ users: seeded.map(({ userId, outcome }) => ({ user_id: userId, outcome })) }));
    return 0;
  }
  const rows = seeded.map(({ userId, outcome }) => [userId, outcome]);
  for (const line of formatTable(['USER ID', 'OUTCOME'], rows)) io.out(line);
  return 0;
}

function numbered(text: string): string[] {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT)
    throw new AppError('count_invalid', `--count ${text} is no number from 1 to ${MAX_COUNT}.`, {
      fix: 'netra seed e2e --count 20',
    });
  return Array.from({ length: count }, (_, at) => `staging-e2e-user-${String(at + 1).padStart(3, '0')}`);
}
