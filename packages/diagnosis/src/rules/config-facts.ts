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
