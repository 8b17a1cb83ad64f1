import type { ConfigFact } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import type { RuleInput } from '../rule.ts';

/** What `netra config check` found of these kinds, in settings that fit. */
export function configFacts(
  { evidence }: RuleInput,
  codes: readonly string[],
  setting: RegExp = /./,
): readonly ConfigFact[] {
  return (evidence.config ?? []).filter((fact) => codes.includes(fact.code) && setting.test(fact.setting));
}

export function shownConfig(facts: readonly ConfigFact[]): Observation[] {
  return facts.map(({ service, setting, code, message }) => ({
    source: `config of ${service}: ${setting}`,
    observed: `${code}: ${message}`,
  }));
}

/** `A`, `A and B`, `A, B and C`, each once. */
export function listed(names: readonly string[]): string {
  const all = [...new Set(names)];
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}

/** Faults with which a server refuses to start. */
const FATAL: readonly string[] = [
  'missing',
  'invalid',
  'short',
  'weak',
  'known',
  'edge_space',
  'unreadable',
  'conflict',
  'other_environment',
  'not_allowed',
];

/** The auth service does not answer, and with its settings it would not start: then they are the deeper cause. */
export function isAuthKeptFromStarting(input: RuleInput, codes: readonly string[] = FATAL): boolean {
  if (input.evidence.auth?.reachable !== false) return false;
  return configFacts(input, codes).some(({ service }) => service === 'auth');
}
