import type { RingKey } from '@netra/auth';
import { keyCheckValue } from '@netra/token';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { ownSecret } from '../compose/secrets.ts';
import type { AuthAtHand } from '../compose/with-auth.ts';
import { formatTable, timeText } from '../terminal/table.ts';

export interface KeysTask extends AuthAtHand {
  readonly io: CommandIo;
  readonly json: boolean;
}

/** States and check values: enough to compare two machines, nothing to sign or read with. */
export async function listKeys(task: KeysTask): Promise<ExitCode> {
  const { io, auth, sharedSecret, json } = task;
  const keys = await auth.keys.list();
  const secrets = await secretsOf(task);
  if (json) {
    const keyMode = sharedSecret === undefined ? 'public_keys' : 'shared_secret';
    io.out(JSON.stringify({ key_mode: keyMode, keys: keys.map(keyFields), secrets }));
    return 0;
  }
  if (sharedSecret !== undefined)
    io.out(`Tokens are signed with the secret of ${sharedSecret.source}, not with these keys.\n`);
  const rows = keys.map((key) => [key.kid, key.state, timeText(key.createdAtMs), whatIsNext(key)]);
  for (const line of formatTable(['KEY', 'STATE', 'MADE', 'SINCE'], rows)) io.out(line);
  io.out('');
  const secretRows = secrets.map(({ name, source, check_value: value }) => [name, source, value]);
  for (const line of formatTable(['SECRET', 'FROM', 'CHECK VALUE'], secretRows)) io.out(line);
  return 0;
}

export async function rotateKeys({ io, auth, json }: KeysTask): Promise<ExitCode> {
  const { kid, activateAtMs } = await auth.keys.rotate();
  const at = timeText(activateAtMs);
  if (json) io.out(JSON.stringify({ kid, activate_at: at }));
  else
    io.out(
      `${kid} is published now and signs from ${at} on, when every verifier knows it. Nobody is signed out.`,
    );
  return 0;
}

export async function revertKeys({ io, auth, json }: KeysTask): Promise<ExitCode> {
  const keys = await auth.keys.revert();
  if (json) {
    io.out(JSON.stringify({ keys: keys.map(keyFields) }));
    return 0;
  }
  const active = keys.find(({ state }) => state === 'active');
  io.out(`The last step is taken back; ${active?.kid ?? 'no key'} signs.`);
  return 0;
}

export async function revokeKey({ io, auth, json }: KeysTask, kid: string): Promise<ExitCode> {
  await auth.keys.revoke(kid);
  if (json) io.out(JSON.stringify({ kid, state: 'revoked' }));
  else
    io.out(
      `${kid} is revoked: nothing that it signed is accepted any more. Clients renew their tokens by themselves.`,
    );
  return 0;
}

interface SecretLine {
  readonly name: string;
  readonly source: string;
  readonly check_value: string;
}

async function secretsOf({ io, config, sharedSecret }: KeysTask): Promise<SecretLine[]> {
  const { environment } = config;
  const line = async (name: string, which: 'encryptionKey' | 'serviceSecret'): Promise<SecretLine> => ({
    name,
    source: sourceOf(io.env, name),
    check_value: keyCheckValue(Buffer.from(await ownSecret(config, which)), { purpose: name, environment }),
  });
  return [
    await line('AUTH_ENCRYPTION_KEY', 'encryptionKey'),
    await line('SERVICE_SECRET', 'serviceSecret'),
    ...(sharedSecret
      ? [{ name: 'JWT_SECRET', source: sharedSecret.source, check_value: sharedSecret.checkValue }]
      : []),
  ];
}

function sourceOf(env: CommandIo['env'], name: string): string {
  if (env[`${name}_FILE`]) return `${name}_FILE`;
  return env[name] ? name : 'made by development';
}

function whatIsNext({ state, activateAtMs, activatedAtMs, retiringAtMs, revokedAtMs }: RingKey): string {
  switch (state) {
    case 'next':
      return activateAtMs === undefined ? 'held back' : `signs from ${timeText(activateAtMs)}`;
    case 'active':
      return timeText(activatedAtMs);
    case 'retiring':
      return timeText(retiringAtMs);
    case 'revoked':
      return timeText(revokedAtMs);
  }
}

function keyFields({
  kid,
  state,
  createdAtMs,
  activateAtMs,
  activatedAtMs,
  retiringAtMs,
  revokedAtMs,
}: RingKey) {
  const optional = {
    activate_at: activateAtMs,
    activated_at: activatedAtMs,
    retiring_at: retiringAtMs,
    revoked_at: revokedAtMs,
  };
  const times = Object.entries(optional).filter(([, ms]) => ms !== undefined);
  return {
    kid,
    state,
    created_at: timeText(createdAtMs),
    ...Object.fromEntries(times.map(([name, ms]) => [name, timeText(ms)])),
  };
}
