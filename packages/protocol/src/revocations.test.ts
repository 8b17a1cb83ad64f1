import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REVOCATION_CODES, REVOCATION_KINDS, revocationEntrySchema } from './revocations.ts';
import { serviceProofKey, serviceProofMac } from './service-proof.ts';

// our own file
const fixtures = JSON.parse(
  readFileSync(new URL('../fixtures/revocations.json', import.meta.url), 'utf8'),
) as { valid: { kind: string }[]; invalid: { name: string; entry: unknown }[] };

describe('entries of the revocation feed', () => {
  it.each(fixtures.valid)('accepts: $kind', (entry) => {
    expect(revocationEntrySchema.parse(entry)).toEqual(entry);
  });

  it.each(fixtures.invalid)('refuses: $name', ({ entry }) => {
    expect(revocationEntrySchema.safeParse(entry).success).toBe(false);
  });

  it('has a fixture for every kind', () => {
    expect(fixtures.valid.map(({ kind }) => kind)).toEqual([...REVOCATION_KINDS]);
    expect(REVOCATION_CODES).not.toHaveLength(0);
  });
});

describe('the mac of a service proof', () => {
  const body = {
    environment: 'staging',
    key_mode: 'public_keys',
    service_id: 'gateway',
    nonce: 'n',
  } as const;
  const secret = 'a service secret of thirty-two bytes';

  it('depends on the secret, the nonce, the direction and every field, and not on their order', async () => {
    const key = await serviceProofKey(secret);
    const mac = await serviceProofMac(key, { direction: 'request', nonce: 'n', body });
    const reordered = {
      nonce: 'n',
      service_id: 'gateway',
      key_mode: 'public_keys',
      environment: 'staging',
    } as const;
    expect(await serviceProofMac(key, { direction: 'request', nonce: 'n', body: reordered })).toBe(mac);
    const answer = { environment: 'staging', key_mode: 'public_keys', issuer: 'x', matches: true } as const;
    const others = [
      await serviceProofMac(await serviceProofKey(`${secret}!`), { direction: 'request', nonce: 'n', body }),
      await serviceProofMac(key, { direction: 'request', nonce: 'm', body }),
      await serviceProofMac(key, { direction: 'request', nonce: 'n', body: { ...body, source: 'X' } }),
      await serviceProofMac(key, { direction: 'response', nonce: 'n', body: answer }),
    ];
    expect(new Set([mac, ...others]).size).toBe(5);
  });
});
