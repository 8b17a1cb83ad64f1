import { agentFromRun } from '@netra/agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, signUpMany } from '../kit/person.ts';
import { type Stack, startStack } from '../kit/stack.ts';
import { framingCases } from './cases/group-1-framing.ts';
import { pingCases } from './cases/group-2-pings.ts';
import { reservedBitCases } from './cases/group-3-reserved-bits.ts';
import { opcodeCases } from './cases/group-4-opcodes.ts';
import { fragmentationCases } from './cases/group-5-fragmentation.ts';
import { utf8Cases } from './cases/group-6-utf8.ts';
import { closingCases } from './cases/group-7-closing.ts';
import { limitCases } from './cases/group-9-limits.ts';
import { autoFragmentationCases } from './cases/group-10-auto-fragmentation.ts';
import { netraFramingCases } from './cases/netra-framing.ts';
import { runWireCase } from './run-wire-case.ts';

const groups = {
  '1 framing': framingCases,
  '2 pings and pongs': pingCases,
  '3 reserved bits': reservedBitCases,
  '4 opcodes': opcodeCases,
  '5 fragmentation': fragmentationCases,
  '6 UTF-8': utf8Cases,
  '7 closing': closingCases,
  '9 limits': limitCases,
  '10 auto-fragmentation': autoFragmentationCases,
  'beyond Autobahn': netraFramingCases,
};

/** The frames of one user are bounded in rate: round trips by the thousand are shared out among several. */
const USERS = 3;

let stack: Stack;
let people: Person[];
let caseCount = 0;

beforeAll(async () => {
  const silent = agentFromRun({ name: 'silent', description: 'Says nothing.', async *run() {} });
  stack = await startStack({ agents: () => [silent], defaultAgent: 'silent' });
  people = await signUpMany(stack.url, USERS);
});

afterAll(() => stack.stop());

describe.each(Object.entries(groups))('Autobahn group %s', (_group, cases) => {
  it.each(cases.map((each) => [each.id, each.does, each] as const))('%s: %s', async (_id, _does, each) => {
    caseCount += 1;
    const token = (await people[caseCount % USERS]?.token()) ?? '';
    await runWireCase(each, { url: stack.url, token });
  });
});

it('re-creates all 301 cases of the Autobahn groups without compression', () => {
  const ids = Object.values(groups)
    .flat()
    .map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => /^\d/.test(id))).toHaveLength(301);
});
