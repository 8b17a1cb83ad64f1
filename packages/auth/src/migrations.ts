import { type Migration, readMigrations } from '@netra/service';

/** The SQL migrations of the PostgreSQL schema `auth`, in order. Run them before `createAuthService`. */
export function authMigrations(): Promise<Migration[]> {
  return readMigrations(new URL('../migrations/', import.meta.url));
}
