import type { ReportInput } from './report-input.ts';

/** The explanation as the contract has it, with the numbers beside it. */
export function reportAsJson({ explanation, related, impact, environment, release }: ReportInput): object {
  return {
    ...explanation,
    ...(environment === undefined ? {} : { environment }),
    ...(release === undefined ? {} : { release }),
    ...(related === undefined ? {} : { related }),
    ...(impact === undefined ? {} : { impact }),
  };
}
