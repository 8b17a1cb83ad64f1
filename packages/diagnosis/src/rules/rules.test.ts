import { REASON_CODES } from '@netra/protocol';
import { describe, expect, it } from 'vitest';
import { ROOT_CAUSES } from '../root-causes.ts';
import { RULE_FACTS } from './rule-facts.ts';
import { RULES } from './rules.ts';

describe('the table of rules', () => {
  it('has one for each root cause, and codes of the contract', () => {
    expect(RULES.map(({ rootCause }) => rootCause).sort()).toEqual([...ROOT_CAUSES].sort());
    for (const { codes, alongside = [] } of RULES)
      expect(REASON_CODES).toEqual(expect.arrayContaining([...codes, ...alongside]));
  });

  it.each(ROOT_CAUSES)('says of %s what it needs, what refutes it and how it is prevented', (rootCause) => {
    const facts = RULE_FACTS.get(rootCause);
    for (const text of [facts?.needs, facts?.refutedBy, facts?.prevention])
      expect(text).toMatch(/^[`A-Z].*\.$/s);
    expect(facts?.title).toMatch(/^[A-Z].*[^.]$/);
  });
});
