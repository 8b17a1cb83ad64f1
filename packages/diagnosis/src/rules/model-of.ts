import type { RuleInput } from '../rule.ts';

export interface ModelState {
  readonly name: string;
  readonly reachable?: boolean | undefined;
  readonly status?: number | undefined;
  readonly error?: string | undefined;
}

/** The model of the run: what the run saw of it, else what a look at it says now. */
export function modelOf({ run, facts: { dependency }, evidence: { models } }: RuleInput): ModelState {
  const own = dependency?.name === 'model' ? dependency : undefined;
  const wanted = run?.model ?? own?.instance;
  const now = models?.find(({ name }) => wanted === undefined || name === wanted);
  return {
    name: wanted ?? now?.name ?? 'The model provider',
    reachable: now?.reachable,
    status: own?.status ?? now?.status,
    error: own?.error ?? now?.error,
  };
}
