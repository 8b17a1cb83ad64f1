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
    `${plural(users_affected, 'user')} affected, ${plural(attempts_affected, 'attempt')} refused.`,
    ...(rates.length === 0 ? [] : [`Handshakes that succeed: ${rates.join(', ')}.`]),
  ];
}

export function relatedLine(related: Related | undefined): string | undefined {
  if (related === undefined) return undefined;
  const { count, first_seen, last_seen } = related;
  return `${plural(count, 'attempt')} of the same cause, first ${first_seen}, last ${last_seen}.`;
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}

function plural(count: number, word: string): string {
  return count === 1 ? `one ${word}` : `${count} ${word}s`;
}
