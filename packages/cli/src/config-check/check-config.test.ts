import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../main.ts';
import { BROKEN_ENVIRONMENTS, GOOD } from '../testing/broken-environments.ts';
import { recordingIo } from '../testing/recording-io.ts';

const ROLES = ['up', 'auth', 'gateway', 'migrate'] as const;
const production = {
  ENVIRONMENT: 'production',
  NETRA_PUBLIC_URL: 'https://chat.example.com',
  DATABASE_URL: 'postgres://netra:pw@db:5432/netra',
  AUTH_ENCRYPTION_KEY: GOOD.encryptionKey,
  SERVICE_SECRET: GOOD.serviceSecret,
};

interface Report {
  ok: boolean;
  findings: { setting: string; code: string; severity: string; message: string; fix: string }[];
}

async function check(env: Record<string, string | undefined>, ...args: string[]) {
  const io = recordingIo({ env });
  const exitCode = await main(['config', 'check', ...args], io);
  return { exitCode, output: io.output() };
}

describe.each(BROKEN_ENVIRONMENTS)('netra config check on $name', ({ environment, env, faults }) => {
  it.each(ROLES)(
    'lists every fault of netra %s at once, each with its mend and without a secret',
    async (role) => {
      const { exitCode, output } = await check(env, '--env', environment, '--role', role, '--json');
      expect(exitCode).toBe(1);
      const { ok, findings }: Report = JSON.parse(output);
      const expected = faults.filter(({ roles }) => roles.includes(role)).map(({ fault }) => fault);
      expect(ok).toBe(false);
      expect(findings.map(({ setting, code }) => `${setting} ${code}`).sort()).toEqual([...expected].sort());
      for (const { fix, message } of findings)
        expect([fix.length > 5, message.length > 10]).toEqual([true, true]);
      for (const secret of Object.values(GOOD)) expect(output).not.toContain(secret);

      const text = await check(env, '--env', environment, '--role', role);
      for (const { setting, fix } of findings) {
        expect(text.output).toContain(setting);
        expect(text.output).toContain(fix.split('\n')[0]);
      }
    },
  );
});

describe('netra config check', () => {
  it.each(['up', 'auth', 'gateway', 'migrate'])(
    'finds nothing in a good production of netra %s',
    async (role) => {
      const { exitCode, output } = await check(production, '--env', 'production', '--role', role);
      expect(output).toContain('nothing is wrong');
      expect(output).toContain('ES256');
      expect(exitCode).toBe(0);
    },
  );

  it('names the source and the check value of a shared secret, the same on every machine', async () => {
    const env = { ...production, JWT_SECRET_PRODUCTION: GOOD.jwtSecret, JWT_SECRET_KEY: GOOD.otherJwtSecret };
    const { output } = await check(env, '--json');
    const report = JSON.parse(output);
    expect(report).toMatchObject({ ok: true, key_mode: 'shared_secret', source: 'JWT_SECRET_PRODUCTION' });
    const elsewhere = await check(
      { ...production, JWT_SECRET_KEY: GOOD.jwtSecret },
      '--role',
      'gateway',
      '--json',
    );
    expect(JSON.parse(elsewhere.output).check_value).toBe(report.check_value);
    expect(output).not.toContain(GOOD.jwtSecret);
  });

  it('reads a file of variables instead of the shell', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'netra-check-'));
    const file = join(folder, 'staging.env');
    await writeFile(file, 'ENVIRONMENT=staging\nSERVICE_SECRET="short"\n');
    const { exitCode, output } = await check(production, '--env-file', file, '--role', 'gateway', '--json');
    await rm(folder, { recursive: true });
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ environment: 'staging' });
    expect(output).toContain('SERVICE_SECRET');
  });

  it('could not run without the file that it is to check', async () => {
    const io = recordingIo();
    expect(await main(['config', 'check', '--env-file', '/nowhere/x.env'], io)).toBe(2);
    expect(io.errors()).toContain('ls -l /nowhere/x.env');
  });
});
