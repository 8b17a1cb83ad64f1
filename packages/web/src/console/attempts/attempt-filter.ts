import type { AttemptQuery } from '../console-requests.ts';

/** What the list of attempts is narrowed down by: the query of its address. */
export interface AttemptFilter {
  readonly code?: string;
  readonly root_cause?: string;
  readonly user?: string;
  readonly since?: string;
  /** Only older ones: where the page before ended. */
  readonly before?: string;
}

const HOUR_MS = 60 * 60_000;

/** The times to choose from: word in the address, label, length. */
export const SINCE_CHOICES = [
  { value: '15m', label: 'Last 15 minutes', ms: HOUR_MS / 4 },
  { value: '1h', label: 'Last hour', ms: HOUR_MS },
  { value: '24h', label: 'Last 24 hours', ms: 24 * HOUR_MS },
] as const;

const NAMES = ['code', 'root_cause', 'user', 'since', 'before'] as const;

export function readFilter(search: URLSearchParams): AttemptFilter {
  const entries = NAMES.flatMap((name) => {
    const value = search.get(name)?.trim() ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** One name with another value; where the page before ended means nothing to another list. */
export function withFilter(filter: AttemptFilter, name: keyof AttemptFilter, value: string): AttemptFilter {
  const { before: _before, ...rest } = filter;
  const { [name]: _old, ...others } = rest as AttemptFilter;
  return value === '' ? others : { ...others, [name]: value };
}

export function isNarrowed({ code, root_cause, user, since }: AttemptFilter): boolean {
  return [code, root_cause, user, since].some((value) => value !== undefined);
}

/** As the server is asked; a time that is no choice of ours is taken for a time of the contract. */
export function queryOf(filter: AttemptFilter, nowMs: number): AttemptQuery {
  const { code, root_cause, user, since, before } = filter;
  const choice = SINCE_CHOICES.find(({ value }) => value === since);
  return {
    code,
    root_cause,
    user_id: user,
    since: choice === undefined ? since : new Date(nowMs - choice.ms).toISOString(),
    cursor: before,
    limit: 50,
  };
}
