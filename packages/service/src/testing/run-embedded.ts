import { createLogger } from '../logging/logger.ts';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.ts';

// A process that tests start in order to kill it: it owns the data folder it is given, says so, and waits.
const [dataDir = ''] = process.argv.slice(2);
const postgres = await startEmbeddedPostgres({ dataDir, log: createLogger({ level: 'silent' }) });
process.stdout.write(`${JSON.stringify({ pid: postgres.pid, connection: postgres.connection })}\n`);
