import type { AuthService, ServiceCredential } from '@netra/auth';
import { AppError } from '@netra/service';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { formatTable } from '../terminal/table.ts';

export interface ServicesTask {
  readonly io: CommandIo;
  readonly auth: Pick<AuthService, 'serviceCredentials'>;
  readonly json: boolean;
}

const DAY_MS = 24 * 60 * 60_000;
const MAX_DAYS = 3_660;

export async function listServices({ io, auth, json }: ServicesTask): Promise<ExitCode> {
  const credentials = await auth.serviceCredentials.list();
  if (json) {
    io.out(JSON.stringify({ credentials: credentials.map(credentialFields) }));
    return 0;
  }
  const rows = credentials.map((each) => [
    each.credentialId,
    each.serviceId,
    stateOf(each),
    text(each.lastUsedAt),
  ]);
  for (const line of formatTable(['CREDENTIAL', 'SERVICE', 'STATE', 'LAST USED'], rows)) io.out(line);
  return 0;
}

/** The secret is shown this once. Errors: `too_many_credentials`, `days_invalid`. */
export async function addService(
  { io, auth, json }: ServicesTask,
  { serviceId, days }: { serviceId: string; days: string | undefined },
): Promise<ExitCode> {
  const expiresAt = days === undefined ? undefined : new Date(Date.now() + daysOf(days) * DAY_MS);
  const added = await auth.serviceCredentials.add({ serviceId, ...(expiresAt && { expiresAt }) });
  if (json) {
    io.out(
      JSON.stringify({ credential_id: added.credentialId, service_id: serviceId, secret: added.secret }),
    );
    return 0;
  }
  io.out(`Made ${added.credentialId} for ${serviceId}. Shown this once:`);
  io.out('');
  io.out(`  SERVICE_SECRET=${added.secret}`);
  io.out('');
  io.out('Give it to the service, restart that one, then revoke what it used before.');
  return 0;
}

export async function revokeService(
  { io, auth, json }: ServicesTask,
  credentialId: string,
): Promise<ExitCode> {
  await auth.serviceCredentials.revoke(credentialId);
  io.out(
    json ? JSON.stringify({ credential_id: credentialId, state: 'revoked' }) : `${credentialId} is revoked.`,
  );
  return 0;
}

function daysOf(given: string): number {
  const days = Number(given);
  if (Number.isInteger(days) && days > 0 && days <= MAX_DAYS) return days;
  throw new AppError('days_invalid', `--days ${given} is no number from 1 to ${MAX_DAYS}.`, {
    fix: 'netra services add netra-gateway --days 365',
  });
}

function stateOf({ revokedAt, expiresAt }: ServiceCredential): string {
  if (revokedAt !== undefined) return `revoked ${text(revokedAt)}`;
  if (expiresAt === undefined) return 'valid';
  return expiresAt.getTime() > Date.now() ? `valid until ${text(expiresAt)}` : `expired ${text(expiresAt)}`;
}

function credentialFields(each: ServiceCredential): object {
  const { credentialId, serviceId, createdAt, expiresAt, revokedAt, lastUsedAt } = each;
  return {
    credential_id: credentialId,
    service_id: serviceId,
    created_at: text(createdAt),
    ...(expiresAt && { expires_at: text(expiresAt) }),
    ...(revokedAt && { revoked_at: text(revokedAt) }),
    ...(lastUsedAt && { last_used_at: text(lastUsedAt) }),
  };
}

function text(time: Date | undefined): string {
  return time === undefined ? '-' : time.toISOString();
}
