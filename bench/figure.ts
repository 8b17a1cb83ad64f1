/** One measured figure with its bar. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'µs' | 'ms' | 's' | 'MB' | 'KB' | '/s' | '×' | '';
  readonly bar: number;
  /** `at most` (the default): the bar is a limit. `at least`: it is what must be reached. */
  readonly bound?: 'at most' | 'at least';
  readonly details?: string;
}

export function isMet({ value, bar, bound = 'at most' }: Figure): boolean {
  // Written so that a figure which could not be measured (NaN) is missed either way.
  return bound === 'at least' ? value >= bar : value <= bar;
}
