import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** An id that a server made: printable ASCII without white space, at most 64 characters, opaque. */
export const idSchema = z
  .string()
  .min(1)
  .max(LIMITS.maxIdChars)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');

/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const timeSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'an ISO 8601 UTC time with milliseconds');

/** Of the control characters the two ranges of ASCII, which terminals and protocols act on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
export const NO_CONTROLS_PATTERN = /^[^\u0000-\u001f\u007f]*$/; // oxlint-disable-line no-control-regex

/** What a client calls its frame or request (`id`, `ref`, `Idempotency-Key`): 1 to 64 characters of its choice. */
export const clientRefSchema = z
  .string()
  .min(1)
  .max(LIMITS.maxIdChars)
  .regex(NO_CONTROLS_PATTERN, 'no control characters')
  .refine(isWellFormed, 'well-formed Unicode');

/** False for a text with half a surrogate pair: UTF-8 and PostgreSQL cannot hold it, so it would come back changed. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
