import { describe, expect, it } from 'vitest';
import type { Check, Finding } from './check.ts';
import type { DoctorVisit } from './doctor-context.ts';
import { doctorReportText } from './doctor-report-text.ts';
import { DoctorRefusal } from './refusal.ts';
import { runChecks } from './run-checks.ts';
import { runGate } from './run-gate.ts';

const refuse = () => Promise.reject(new Error('no network in this test'));
const visit: DoctorVisit = {
  url: 'https://chat.example',
  now: () => 0,
  network: {
    resolve: refuse,
    connectTcp: refuse,
    inspectTls: refuse,
    fetch: refuse,
    upgrade: refuse,
    openSocket: refuse,
  },
};
const finding: Finding = { severity: 'error', message: 'It is broken.', command: 'mend --it' };

function check(name: string, more: Partial<Check> = {}): Check {
  return { name, title: `Check ${name}`, needs: [], run: async () => undefined, ...more };
}

async function outcomes(checks: readonly Check[], more: object = {}) {
  const { results } = await runChecks(visit, { checks, ...more });
  return results.map(({ name, outcome }) => [name, outcome.kind]);
}

describe('runChecks', () => {
  it('is silent about what is fine', async () => {
    const report = await runChecks(visit, { checks: [check('one')], clock: () => 0 });
    expect(report).toEqual({
      url: visit.url,
      ok: true,
      duration_ms: 0,
      results: [{ name: 'one', title: 'Check one', duration_ms: 0, outcome: { kind: 'fine' } }],
    });
  });

  it('skips what rests on a check with a finding', async () => {
    const checks = [check('one', { isFoundation: true, run: async () => finding }), check('two')];
    expect(await outcomes(checks)).toEqual([
      ['one', 'finding'],
      ['two', 'skipped'],
    ]);
  });

  it('skips what would only repeat a finding', async () => {
    const checks = [
      check('one', { run: async () => ({ ...finding, root_cause: 'auth_down' }) }),
      check('two', { restsOn: ['auth_down'] }),
      check('three', { restsOn: ['database_down'] }),
    ];
    expect(await outcomes(checks)).toEqual([
      ['one', 'finding'],
      ['two', 'skipped'],
      ['three', 'fine'],
    ]);
  });

  it('skips what goes through a step that is broken, and only that', async () => {
    const checks = [
      check('one', { run: async () => finding }),
      check('two', { run: async () => ({ ...finding, severity: 'warning' }) }),
      check('three', { follows: ['one'] }),
      check('four', { follows: ['two'] }),
    ];
    expect(await outcomes(checks)).toEqual([
      ['one', 'finding'],
      ['two', 'finding'],
      ['three', 'skipped'],
      ['four', 'fine'],
    ]);
  });

  it('has one finding for one cause, however many checks meet it', async () => {
    const run = async () => ({ ...finding, root_cause: 'clock_skew' as const });
    expect(await outcomes([check('one', { run }), check('two', { run })])).toEqual([
      ['one', 'finding'],
      ['two', 'skipped'],
    ]);
  });

  it('goes on after a warning, even where all rests on it', async () => {
    const warn = async () => ({ ...finding, severity: 'warning' as const });
    expect(await outcomes([check('one', { isFoundation: true, run: warn }), check('two')])).toEqual([
      ['one', 'finding'],
      ['two', 'fine'],
    ]);
  });

  it('skips what needs a credential that was not given', async () => {
    const checks = [check('one', { needs: ['session'] }), check('two', { needs: ['e2e_key'] })];
    expect(await outcomes(checks)).toEqual([
      ['one', 'skipped'],
      ['two', 'skipped'],
    ]);
  });

  it('runs a check on demand only when it is named', async () => {
    const checks = [check('one'), check('slow', { onDemand: true })];
    expect(await outcomes(checks)).toEqual([['one', 'fine']]);
    expect(await outcomes(checks, { only: ['slow'] })).toEqual([['slow', 'fine']]);
  });

  it('turns an exception into a finding that says how to repeat it', async () => {
    const { results } = await runChecks(visit, { checks: [check('one', { run: refuse })] });
    expect(results[0]?.outcome).toMatchObject({
      kind: 'finding',
      finding: {
        message: 'It failed: no network in this test.',
        command: 'netra doctor https://chat.example one',
      },
    });
  });

  it('turns a refusal into a finding that ends in netra why', async () => {
    const run = () =>
      Promise.reject(
        new DoctorRefusal({ status: 503, json: undefined, code: 'auth_unavailable', attemptId: 'att_9' }),
      );
    const { results } = await runChecks(visit, { checks: [check('one', { run })] });
    expect(results[0]?.outcome).toMatchObject({
      finding: { root_cause: 'auth_down', code: 'auth_unavailable', command: 'netra why att_9' },
    });
  });

  it('ends with the budget, even under a check that does not', async () => {
    const checks = [check('deaf', { run: () => new Promise(() => undefined) }), check('two')];
    expect(await outcomes(checks, { budgetMs: 20 })).toEqual([
      ['deaf', 'finding'],
      ['two', 'skipped'],
    ]);
  });

  it('writes one block for each finding, ending in the command', async () => {
    const report = await runChecks(visit, {
      checks: [check('one'), check('two', { run: async () => finding })],
      clock: () => 0,
    });
    expect(doctorReportText(report)).toBe(
      'https://chat.example: 2 checks in 0.0 s, one thing to mend.\n\nerror  Check two\n  It is broken.\n  → mend --it\n',
    );
  });
});

describe('runGate', () => {
  it('stays shut where no handshake succeeds, and says how they ended', async () => {
    const credential = { kind: 'access_token', value: 'not used' } as const;
    expect(await runGate({ ...visit, credential }, { handshakes: 3 })).toEqual({
      ok: false,
      handshakes: 3,
      succeeded: 0,
      success_rate: 0,
      average_ms: 0,
      max_ms: 0,
      broken: ['0 of 3 handshakes succeeded; more than 99 % must.'],
      failures: { no_answer: 3 },
    });
  });
});
