import { type DoctorReport, type DoctorVisit, runChecks } from '@netra/diagnosis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeNetwork } from '../../packages/cli/src/doctor/node-network.ts';
import { signUp } from '../kit/person.ts';
import { type SplitStack, startSplitStack } from '../kit/split-stack.ts';

let stack: SplitStack;
let visit: DoctorVisit;

beforeAll(async () => {
  stack = await startSplitStack();
  const person = await signUp(stack.authUrl);
  visit = {
    url: stack.gatewayUrls[0] ?? '',
    authUrl: stack.authUrl,
    now: Date.now,
    network: createNodeNetwork(),
    credential: { kind: 'access_token', value: await person.token() },
  };
});

afterAll(() => stack.stop());

function findings({ results }: DoctorReport) {
  return results.flatMap(({ name, outcome }) =>
    outcome.kind === 'finding' ? [[name, outcome.finding.root_cause]] : [],
  );
}

/** The agent of this stack says nothing, so the checks that wait for its answer are left out. */
const WITHOUT_ANSWER = [
  'http',
  'health',
  'clock_skew',
  'proxy_upgrade',
  'proxy_authorization',
  'proxy_subprotocol',
  'discovery',
  'key_set',
  'token',
  'ticket',
  'upgrade',
  'connection_established',
];

describe('the doctor at services that run apart', () => {
  it('finds nothing wrong while both are well', async () => {
    expect(findings(await runChecks(visit, { only: WITHOUT_ANSWER }))).toEqual([]);
  });

  it('names one thing when the auth service is away, and it is the auth service', async () => {
    await stack.killAuth();
    const report = await runChecks(visit);
    await stack.reviveAuth();
    expect(findings(report)).toEqual([['health', 'auth_down']]);
  });

  it('has one finding for a token that everything meets', async () => {
    const value = `${visit.credential?.value.slice(0, -4)}AAAA`;
    const report = await runChecks({ ...visit, credential: { kind: 'access_token', value } });
    expect(findings(report)).toEqual([['token', 'token_tampered']]);
  });

  it('names a token that has ended', async () => {
    const report = await runChecks({ ...visit, now: () => Date.now() + 3_600_000 }, { only: ['token'] });
    expect(findings(report)).toEqual([['token', 'token_stale_client']]);
  });
});
