import { REASON_CODES } from '@netra/protocol';
import { describe, expect, it } from 'vitest';
import { explain } from './explain.ts';
import { attempt, relative } from './testing/attempts.ts';

describe('explain', () => {
  it('names no cause when nothing that a rule needs was recorded', () => {
    const { causes, ruled_out, summary } = explain(attempt('token_expired'));

    expect(causes).toEqual([]);
    expect(ruled_out).toEqual([]);
    expect(summary).toContain('The root cause is not known.');
  });

  it('names no cause for a code without a rule', () => {
    expect(explain(attempt('route_unknown')).causes).toEqual([]);
  });

  it('answers for every code of the table, even with an empty record', () => {
    for (const code of REASON_CODES) {
      const explanation = explain(attempt(code, { steps: [], client: {} }));
      expect(explanation).toMatchObject({ attempt_id: 'att_1', code, path: [] });
    }
  });

  it('puts the surest cause first', () => {
    const { causes } = explain(attempt('credential_missing', { facts: { upgrade: { is_proxied: true } } }));

    expect(causes.map(({ root_cause }) => root_cause)).toEqual([
      'credential_not_sent',
      'proxy_dropped_authorization',
    ]);
  });

  it('tells the path with its failing step in the summary', () => {
    const { path, summary } = explain(attempt('token_expired'));

    expect(path.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['origin', 'ok'],
      ['token', 'refused'],
    ]);
    expect(summary).toContain('at step token');
  });

  it('prefers what was expected at the time to what is expected now', () => {
    const record = attempt('token_environment_wrong', {
      facts: { token: { environment: 'staging' }, expected: { environment: 'production' } },
    });

    const { causes } = explain(record, { expected: { environment: 'staging' } });

    expect(causes[0]?.root_cause).toBe('wrong_environment');
  });

  it('gives the same answer to the same input', () => {
    const record = attempt('token_expired', { facts: { token: { expires_at: relative(-3600) } } });
    expect(explain(record)).toEqual(explain(structuredClone(record)));
  });
});
