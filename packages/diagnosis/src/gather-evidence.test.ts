import { describe, expect, it } from 'vitest';
import { gatherEvidence } from './gather-evidence.ts';
import type { Subject } from './subject.ts';
import { attempt } from './testing/attempts.ts';

const subject: Subject = { kind: 'attempt', attempt: attempt('auth_unavailable') };
const never = () => new Promise<never>(() => undefined);

describe('gatherEvidence', () => {
  it('puts each answer under the name of its probe and leaves out what has none', async () => {
    const evidence = await gatherEvidence(subject, {
      auth: async () => ({ reachable: false }),
      known_key_ids: async () => ['k1'],
      redis: async () => undefined,
    });

    expect(evidence).toEqual({ auth: { reachable: false }, known_key_ids: ['k1'] });
  });

  it('hands the subject and a signal to the probes', async () => {
    const seen: unknown[] = [];
    await gatherEvidence(subject, {
      async auth(given, signal) {
        seen.push(given, signal.aborted);
        return undefined;
      },
    });

    expect(seen).toEqual([subject, false]);
  });

  it('notes a probe that throws, at once or later, and keeps the others', async () => {
    const evidence = await gatherEvidence(subject, {
      auth: async () => ({ reachable: true }),
      redis: () => {
        throw new Error('at once');
      },
      database: async () => {
        throw new Error('later');
      },
    });

    expect(evidence.auth).toEqual({ reachable: true });
    expect(evidence.not_available).toEqual(
      expect.arrayContaining([
        { probe: 'redis', because: 'failed' },
        { probe: 'database', because: 'failed' },
      ]),
    );
  });

  it('waits for no probe beyond the budget', async () => {
    const evidence = await gatherEvidence(
      subject,
      { auth: never, redis: async () => ({ reachable: true }) },
      { budgetMs: 20 },
    );

    expect(evidence).toEqual({
      redis: { reachable: true },
      not_available: [{ probe: 'auth', because: 'late' }],
    });
  });

  it('ends when whoever asked goes away', async () => {
    const evidence = await gatherEvidence(
      subject,
      { auth: never },
      { signal: AbortSignal.abort(), budgetMs: 60_000 },
    );

    expect(evidence.not_available).toEqual([{ probe: 'auth', because: 'aborted' }]);
  });

  it('removes what a probe should not have said', async () => {
    const error = 'connect to postgres://netra:hunter2@db/netra failed';
    const evidence = await gatherEvidence(subject, { database: async () => ({ reachable: false, error }) });

    expect(JSON.stringify(evidence)).not.toContain('hunter2');
    expect(evidence.database?.reachable).toBe(false);
  });
});
