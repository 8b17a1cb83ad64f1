import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@netra/service';

const EVERY_MS = 50;

/** Asks until there is an answer. */
export async function until<Answer>(
  what: string,
  look: () => Promise<Answer | undefined>,
  deadlineMs = 30_000,
): Promise<Answer> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    if (performance.now() > endMs) throw new AppError('drill_broken', `Waited ${deadlineMs} ms for ${what}.`);
    await delay(EVERY_MS);
  }
}
