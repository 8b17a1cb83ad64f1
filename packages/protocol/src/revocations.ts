import { z } from 'zod';
import { idSchema, timeSchema } from './scalars.ts';

/** What an entry ends: one token, one session, everything a user got before `not_before`, or all that one key signed. */
export const REVOCATION_KINDS = ['token', 'session', 'user', 'key'] as const;
export type RevocationKind = (typeof REVOCATION_KINDS)[number];

/**
 * Why the rights ended, and so how open connections close. A later request with such a token is refused with the same
 * code, except for `permissions_changed`, which answers no request: there it is `token_revoked` (get a new one).
 */
export const REVOCATION_CODES = [
  'token_revoked',
  'session_ended',
  'user_inactive',
  'user_unknown',
  'permissions_changed',
] as const;
export type RevocationCode = (typeof REVOCATION_CODES)[number];

const common = {
  /** Position in the feed, for `?after=`. Opaque. */
  cursor: idSchema,
  at: timeSchema,
  code: z.enum(REVOCATION_CODES),
  issuer: z.string(),
  /** After this time no token can be accepted that the entry would refuse: forget it then. */
  expires_at: timeSchema,
};
const userId = z.string();

/** One entry of the feed. Entries are facts: applying one twice, or out of order, changes nothing. */
export const revocationEntrySchema = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('token'), jti: z.string(), user_id: userId }),
  z.object({ ...common, kind: z.literal('session'), session_id: z.string(), user_id: userId }),
  z.object({
    ...common,
    kind: z.literal('user'),
    user_id: userId,
    /** Tokens of this user that were issued before it are refused; `iat` has whole seconds, so later ones begin at the next. */
    not_before: timeSchema,
  }),
  z.object({ ...common, kind: z.literal('key'), kid: z.string() }),
]);
export type RevocationEntry = z.infer<typeof revocationEntrySchema>;

/**
 * `GET /auth/service/revocations?after=`. `next_cursor` is always there: ask with it next time. A page that is not empty
 * may have a successor already; an empty one is the end for now. A cursor that the feed does not know starts it over.
 */
export const revocationPageSchema = z.object({
  items: z.array(revocationEntrySchema),
  next_cursor: z.string(),
});
export type RevocationPage = z.infer<typeof revocationPageSchema>;
