import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** An opaque id on the wire: printable, without white space, at most 64 characters. */
export const idSchema = z
  .string()
  .min(1)
  .max(LIMITS.maxIdChars)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');

/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const timeSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'an ISO 8601 UTC time with milliseconds');
