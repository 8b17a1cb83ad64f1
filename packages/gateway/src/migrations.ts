import { type Migration, readMigrations } from '@netra/service';

/** The gateway's SQL migrations, for PostgreSQL schema `netra`. */
export function gatewayMigrations(): Promise<Migration[]> {
  return readMigrations(new URL('../migrations/', import.meta.url));
}
