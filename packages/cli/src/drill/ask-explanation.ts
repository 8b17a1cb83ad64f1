import { type ExplanationBody, explanationSchema, type ReasonCode } from '@netra/protocol';
import { AppError } from '@netra/service';
import type { DrillStack } from './lab/drill-stack.ts';

const DEADLINE_MS = 8_000;
const RETRY_MS = 100;
const UNKNOWN = 'attempt_unknown' satisfies ReasonCode;

/** Asks as an operator until the record can be found, which another process may have written. */
export async function askExplanation(stack: DrillStack, id: string): Promise<ExplanationBody> {
  const endMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const response = await ask(stack, id, 'application/json');
    if (response.ok) return explanationSchema.parse(await response.json());
    const text = await response.text();
    if (!text.includes(UNKNOWN) || performance.now() > endMs)
      throw new AppError(
        'drill_not_explained',
        `The explanation was answered with ${response.status}: ${text.slice(0, 300)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

export async function askReport(stack: DrillStack, id: string): Promise<string> {
  const response = await ask(stack, id, 'text/markdown');
  if (!response.ok)
    throw new AppError('drill_not_explained', `The report was answered with ${response.status}.`);
  return response.text();
}

function ask(stack: DrillStack, id: string, accept: string): Promise<Response> {
  return fetch(`${stack.url}/v1/ops/attempts/${encodeURIComponent(id)}/explanation`, {
    headers: { accept, authorization: `Bearer ${stack.operatorToken()}` },
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
}
