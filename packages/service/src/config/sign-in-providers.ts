import { z } from 'zod';
import { jsonArray, textField } from './json-entries.ts';

/** Where users may sign in besides here. The first four need only the client's id and secret. */
export const KNOWN_PROVIDERS = ['google', 'github', 'gitlab', 'microsoft'] as const;
export type KnownProvider = (typeof KNOWN_PROVIDERS)[number];

const credentials = {
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
};
const address = z.string().refine(isEncryptedAddress, 'must be https://, or http:// on this machine');

const knownSchema = z.strictObject({ id: z.enum(KNOWN_PROVIDERS), ...credentials });
const oidcSchema = z.strictObject({
  /** Part of the callback's address: `<public url>/auth/callback/<id>`. */
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and dashes')
    .refine((id) => id !== 'credential', 'must be another word'),
  /** What the button says. */
  name: z.string().min(1).max(64),
  client_id: credentials.client_id,
  /** Absent for a public client: PKCE stands alone then. */
  client_secret: credentials.client_secret.optional(),
  /** Written out, not discovered: a provider that is down must not change how this service starts. */
  authorization_url: address,
  token_url: address,
  user_info_url: address,
  scopes: z.array(z.string().min(1)).min(1).default(['openid', 'email', 'profile']),
});

export type OidcProvider = z.output<typeof oidcSchema>;
export type SignInProvider = z.output<typeof knownSchema> | OidcProvider;

export function isKnownProvider(provider: SignInProvider): provider is z.output<typeof knownSchema> {
  return KNOWN_PROVIDERS.some((id) => id === provider.id);
}

/** Reads the JSON of `SIGN_IN_PROVIDERS`; its messages name the entry and the field. */
export const signInProvidersSetting = z.string().transform((text, context): SignInProvider[] => {
  const entries = jsonArray(text);
  if (entries === undefined) {
    context.addIssue('must be a JSON array of providers');
    return z.NEVER;
  }
  const providers = entries.map((entry, at) => {
    const isKnown = KNOWN_PROVIDERS.some((id) => id === idOf(entry));
    const parsed = (isKnown ? knownSchema : oidcSchema).safeParse(entry);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    context.addIssue(
      `entry ${at + 1} (${idOf(entry) ?? 'no id'}): ${issue?.path.join('.')} ${issue?.message}`,
    );
    return z.NEVER;
  });
  if (new Set(entries.map(idOf)).size < entries.length) context.addIssue('names an id twice');
  return providers;
});

function idOf(entry: unknown): string | undefined {
  return textField(entry, 'id');
}

function isEncryptedAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
  );
}
