/** One measured figure with its bar. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'MB';
  readonly bar: number;
  readonly details?: string;
}
