import type { Impact, Related } from './report-input.ts';

/** The numbers in sentences. */
export function impactLines(impact: Impact | undefined): string[] {
  if (impact === undefined) return [];
  const { users_affected, attempts_affected, success_rate_before, success_rate_now } = impact;
  const rates = [
    success_rate_before === undefined ? undefined : `${percent(success_rate_before)} before`,
    success_rate_now === undefined ? undefined : `${percent(success_rate_now)} now`,
  ].filter((part) => part !== undefined);
  return [
    `${sentence(plural(attempts_affected, 'attempt'))} refused, ${whomOf(users_affected, attempts_affected)}.`,
    ...(rates.length === 0 ? [] : [`Handshakes that succeed: ${rates.join(', ')}.`]),
  ];
}

export function relatedLine(related: Related | undefined): string | undefined {
  if (related === undefined) return undefined;
  const { count, first_seen, last_seen } = related;
  if (count <= 1) return `No other attempt of this cause is on record; this one came at ${first_seen}.`;
  return `${count} attempts of this cause, the first at ${first_seen}, the last at ${last_seen}.`;
}

/** An attempt that fails before its token is accepted has no user that could be counted. */
function whomOf(users: number, attempts: number): string {
  if (users > 0) return `${plural(users, 'user')} affected`;
  return `before it was known ${attempts === 1 ? 'whose it was' : 'whose they were'}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} %`;
}

function plural(count: number, word: string): string {
  return count === 1 ? `one ${word}` : `${count} ${word}s`;
}
