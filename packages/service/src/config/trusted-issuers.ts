import { ROLES } from '@netra/protocol';
import { z } from 'zod';
import { jsonArray, textField } from './json-entries.ts';
import { secretValue } from './secret-strength.ts';

/** A claim's name, or the path to a claim within claims: `["realm_access", "roles"]`. */
const claimPath = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const httpsAddress = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });

const issuerSchema = z
  .strictObject({
    /** As in `iss`, compared character by character. */
    issuer: z.string().min(1),
    audience: z.string().min(1),
    /** HS256, shared with the product that mints the tokens. */
    secret: secretValue.optional(),
    /** Several shared secrets, for a rotation; tokens name theirs by `kid`. */
    secrets: z
      .array(
        z.strictObject({
          kid: z.string().regex(/^[\w.-]{1,64}$/, 'must be a plain id'),
          secret: secretValue,
        }),
      )
      .min(1)
      .optional(),
    /** Without a secret and without this: found by OpenID Connect Discovery at the issuer. */
    jwks_url: httpsAddress.optional(),
    types: z.array(z.string()).min(1).optional(),
    claims: z
      .strictObject({
        user_id: claimPath,
        session_id: claimPath,
        token_id: claimPath,
        permissions: claimPath,
        email: claimPath,
        name: claimPath,
      })
      .partial()
      .optional(),
    roles: z
      .strictObject({
        claim: claimPath.optional(),
        map: z.record(z.string(), z.enum(ROLES)).default({}),
        fallback: z.enum(ROLES).optional(),
      })
      .optional(),
    provisioning: z.enum(['none', 'just-in-time']).optional(),
    environment: z.enum(['claim', 'trusted']).optional(),
  })
  .refine(
    ({ secret, secrets, jwks_url }) => [secret, secrets, jwks_url].filter(Boolean).length <= 1,
    'takes one of secret, secrets and jwks_url',
  );

export type TrustedIssuerSetting = z.output<typeof issuerSchema>;

/** Reads the JSON of `TRUSTED_ISSUERS`; its messages name the entry and the field, never a value. */
export const trustedIssuersSetting = z.string().transform((text, context): TrustedIssuerSetting[] => {
  const entries = jsonArray(text);
  if (entries === undefined) {
    context.addIssue('must be a JSON array of issuers');
    return z.NEVER;
  }
  const issuers = entries.map((entry, at) => {
    const parsed = issuerSchema.safeParse(entry);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const field = issue.path.length === 0 ? '' : `${issue.path.join('.')} `;
      context.addIssue({
        code: 'custom',
        message: `entry ${at + 1} (${issuerOf(entry) ?? 'no issuer'}): ${field}${lowerFirst(issue.message)}`,
        ...(issue.code === 'custom' && issue.params !== undefined ? { params: issue.params } : {}),
      });
    }
    return z.NEVER;
  });
  if (new Set(entries.map(issuerOf)).size < entries.length) context.addIssue('names an issuer twice');
  return issuers;
});

function issuerOf(entry: unknown): string | undefined {
  return textField(entry, 'issuer');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
