import { z } from 'zod';
import type { ConfigProblemCode } from './config-problem.ts';

const minSecretBytes = 32;
const minDistinctCharacters = 10;
/** What people write into examples. Long enough that a random value does not hold one by chance. */
const placeholders =
  /change[-_ ]?me|password|secret|default|example|insecure|placeholder|replace[-_ ]?(?:me|this)|development|qwerty|0123456789|1234567890|abcdefghij|correct[-_ ]?horse/i;

/** A secret that may guard production. The messages never hold the value. */
export const secretValue = z.string().superRefine((value, context) => {
  const weakness = weaknessOf(value);
  if (weakness === undefined) return;
  const [code, message] = weakness;
  context.addIssue({ code: 'custom', message, params: { problem: code } });
});

function weaknessOf(value: string): [code: ConfigProblemCode, message: string] | undefined {
  if (value !== value.trim()) return ['edge_space', 'must not begin or end with white space'];
  const bytes = Buffer.byteLength(value);
  if (bytes < minSecretBytes)
    return ['short', `must hold at least ${minSecretBytes} bytes, and this one holds ${bytes}`];
  if (/^(.{1,16})\1+$/s.test(value)) return ['weak', 'must be random, and this one repeats itself'];
  if (new Set(value).size < minDistinctCharacters)
    return ['weak', 'must be random, and this one has too few different characters'];
  if (placeholders.test(value)) return ['known', 'must be random, and this one looks like a placeholder'];
  return undefined;
}
