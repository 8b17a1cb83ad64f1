import { z } from 'zod';
import { isAddressRange } from '../http/client-address.ts';
import { LOG_LEVELS } from '../logging/logger.ts';
import type { ConfigRole } from './config.ts';
import { EDGE_SETTINGS, wholeNumber } from './edge-settings.ts';
import { secretValue } from './secret-strength.ts';
import { signInProvidersSetting } from './sign-in-providers.ts';
import { trustedIssuersSetting } from './trusted-issuers.ts';

/** One row of the configuration: what it is called, what it takes, and what its documentation says. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  /** Reads the text of the variable; its messages complete "NAME …". */
  readonly schema: Schema;
  /** In words, as the documentation shows it. */
  readonly default: string;
  /** Of a number. */
  readonly unit?: string;
  readonly doc: string;
  readonly example: string;
  /** Never shown, and also read from the file that `NAME_FILE` names. */
  readonly secret?: true;
  /** Commands that use it; the others do not even look at it. */
  readonly roles: readonly ConfigRole[];
}

const everyone: readonly ConfigRole[] = ['up', 'auth', 'gateway', 'migrate'];
const servers: readonly ConfigRole[] = ['up', 'auth', 'gateway'];
const withAuth: readonly ConfigRole[] = ['up', 'auth'];
const withGateway: readonly ConfigRole[] = ['up', 'gateway'];

const text = z.string();
const origin = text.transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain =
    url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:')) return url.origin;
  context.addIssue('must be http:// or https:// and a host, without a path');
  return z.NEVER;
});
const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });
const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const host = text.regex(
  /^(?:[\w.-]+|\[[\da-fA-F:.]+\]|[\da-fA-F:.]+)$/,
  'must be an address or a name, without a port',
);

/** Every variable that Netra reads. `docs/configuration.md` is generated from this table. */
export const SETTINGS = {
  ENVIRONMENT: {
    schema: z.enum(['development', 'staging', 'production'], 'must be development, staging or production'),
    default: 'development',
    doc: 'Development listens on this machine only and makes its own secrets; staging and production refuse to start without real ones.',
    example: 'production',
    roles: everyone,
  },
  HOST: {
    schema: host,
    default: '127.0.0.1 in development, else 0.0.0.0',
    doc: 'The address to listen on. In development only a loopback address is accepted.',
    example: '0.0.0.0',
    roles: servers,
  },
  PORT: {
    schema: text
      .regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
      .transform(Number)
      .refine((port) => port <= 65_535, 'must be at most 65535'),
    default: '8080',
    doc: 'The port to listen on; 0 takes any free one.',
    example: '8081',
    roles: servers,
  },
  NETRA_PUBLIC_URL: {
    schema: origin,
    default: 'http://localhost:PORT in development; required otherwise',
    doc: 'The address that people open: the base of every link, and the issuer of tokens. Must be https outside development, except for localhost.',
    example: 'https://chat.example.com',
    roles: servers,
  },
  ALLOWED_ORIGINS: {
    schema: list.pipe(z.array(origin)),
    default: 'the origin of NETRA_PUBLIC_URL, and in development localhost, 127.0.0.1 and [::1] at PORT',
    doc: 'Further origins whose pages may call, separated by commas.',
    example: 'https://app.example.com,https://admin.example.com',
    roles: servers,
  },
  ALLOWED_HOSTS: {
    schema: list.pipe(z.array(host)),
    default: 'loopback names and the host of NETRA_PUBLIC_URL in development, else any',
    doc: 'Names that a request may carry in `Host`, separated by commas; guards against DNS rebinding.',
    example: 'chat.example.com',
    roles: servers,
  },
  NETRA_DATA_DIR: {
    schema: text,
    default: '.netra',
    doc: 'The folder of the embedded PostgreSQL and of the secrets that development makes for itself.',
    example: '/var/lib/netra',
    roles: everyone,
  },
  DATABASE_URL: {
    schema: z.url({
      protocol: /^postgres(ql)?$/,
      error: 'must be postgres://user:password@host:5432/database',
    }),
    default: 'the embedded PostgreSQL; required outside development, and for netra auth and netra gateway',
    doc: 'The PostgreSQL to use, version 15 or newer.',
    example: 'postgres://netra:…@db.internal:5432/netra',
    secret: true,
    roles: everyone,
  },
  NETRA_AUTH_URL: {
    schema: origin,
    default: 'NETRA_PUBLIC_URL',
    doc: 'Where the gateway reaches the auth service.',
    example: 'http://auth.internal:8080',
    roles: ['gateway'],
  },
  NETRA_AUTH_ISSUER: {
    schema: origin,
    default: 'NETRA_AUTH_URL in development, else NETRA_PUBLIC_URL',
    doc: 'The issuer that the gateway trusts: the public URL of the auth service, where that is another than its own.',
    example: 'https://auth.example.com',
    roles: ['gateway'],
  },
  AUTH_ENCRYPTION_KEY: {
    schema: secretValue,
    default: 'made by development; required otherwise',
    doc: 'Encrypts the signing keys in the database. At least 32 bytes. Keep a copy: without it the keys cannot be read.',
    example: 'the output of: openssl rand -base64 32',
    secret: true,
    roles: withAuth,
  },
  SIGNING_KEY_DAYS: {
    schema: wholeNumber(1, 366),
    default: '90',
    unit: 'days',
    doc: 'The age at which the key that signs tokens is replaced by itself. Nobody notices. It means nothing where a shared secret signs.',
    example: '30',
    roles: withAuth,
  },
  SERVICE_ID: {
    schema: text.regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
    default: 'netra-gateway',
    doc: 'The name by which the gateway signs in at the auth service. The same on both.',
    example: 'netra-gateway',
    roles: servers,
  },
  SERVICE_SECRET: {
    schema: secretValue,
    default: 'made by development; required otherwise',
    doc: 'The password that goes with SERVICE_ID. At least 32 bytes. The same on both.',
    example: 'the output of: openssl rand -base64 32',
    secret: true,
    roles: servers,
  },
  E2E_OAUTH_SIMULATION_KEY: {
    schema: secretValue,
    default: 'none: there is no sign-in for end-to-end tests',
    doc: 'Opens `POST /auth/e2e/token` to end-to-end tests, for the users that `netra seed e2e` makes and nobody else. At least 32 bytes. Production refuses to start when it is set.',
    example: 'the output of: openssl rand -base64 32',
    secret: true,
    roles: servers,
  },
  TRUSTED_ISSUERS: {
    schema: trustedIssuersSetting,
    default: 'none: only tokens of this installation are accepted',
    doc: 'Other issuers whose tokens are accepted, as a JSON array: a product that has its own sign-in and embeds Netra, or an OpenID Connect provider. Recipes: docs/embedding.md.',
    example:
      '[{"issuer":"https://shop.example.com","audience":"netra","secret":"…","provisioning":"just-in-time"}]',
    secret: true,
    roles: servers,
  },
  TRUSTED_PROXIES: {
    schema: list.pipe(z.array(text.refine(isAddressRange, 'must be addresses or ranges such as 10.0.0.0/8'))),
    default: 'none',
    doc: 'Addresses of the reverse proxies in front, separated by commas. Only they may say in `X-Forwarded-For` where a request comes from; from anybody else it is ignored.',
    example: '10.0.0.0/8,fd00::/8',
    roles: servers,
  },
  NETRA_EVENT_RETENTION_DAYS: {
    schema: wholeNumber(1, 9_999),
    default: '30',
    unit: 'days',
    doc: 'How long the events of a thread are kept for clients to resume from. Messages stay; a client that was away for longer gets a snapshot.',
    example: '7',
    roles: withGateway,
  },
  NETRA_HEARTBEAT_MS: {
    schema: wholeNumber(1_000, 60_000),
    default: '25000',
    unit: 'ms',
    doc: 'How often the server pings an open connection, so that no proxy in between thinks it idle. Keep it below half of the shortest idle time-out on the way.',
    example: '10000',
    roles: withGateway,
  },
  ...EDGE_SETTINGS,
  SMTP_URL: {
    schema: z.url({ protocol: /^smtps?$/, error: 'must be smtp://user:password@host:587 or smtps://…:465' }),
    default:
      'none: development shows its mails in the log; otherwise nobody signs up by themselves or resets a password by mail',
    doc: 'The server that sends mails: confirmations of an address, and links to reset a password.',
    example: 'smtps://netra:…@mail.example.com:465',
    secret: true,
    roles: withAuth,
  },
  MAIL_FROM: {
    schema: text.regex(/@/, 'must be an e-mail address, with or without a name'),
    default: 'none; required with SMTP_URL',
    doc: 'The sender of mails.',
    example: 'Netra <netra@example.com>',
    roles: withAuth,
  },
  SIGN_IN_PROVIDERS: {
    schema: signInProvidersSetting,
    default: 'none',
    doc: 'Where else users may sign in, as a JSON array. `google`, `github`, `gitlab` and `microsoft` need `id`, `client_id` and `client_secret`; any other OpenID Connect provider also `name`, `authorization_url`, `token_url` and `user_info_url`. The address to register there is NETRA_PUBLIC_URL/auth/callback/ and the id.',
    example: '[{"id":"google","client_id":"…","client_secret":"…"}]',
    secret: true,
    roles: withAuth,
  },
  NETRA_INCIDENT_WEBHOOK_URL: {
    schema: webAddress,
    default: 'none',
    doc: 'Is sent a POST with JSON when refusals of one root cause become an incident, and when it is over. Whoever knows the address may be able to write there, so it is kept like a secret.',
    example: 'https://hooks.example.com/netra',
    secret: true,
    roles: withGateway,
  },
  LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
    default: 'info',
    doc: 'How much is logged.',
    example: 'debug',
    roles: everyone,
  },
  OPENAI_API_KEY: {
    schema: text,
    default: 'none',
    doc: 'Lets OpenAI, or whoever answers at OPENAI_BASE_URL, speak for the agent.',
    example: 'sk-…',
    secret: true,
    roles: withGateway,
  },
  OPENAI_BASE_URL: {
    schema: webAddress,
    default: "OpenAI's own",
    doc: 'A server that speaks the OpenAI protocol: Ollama, vLLM, llama.cpp. A key is optional there.',
    example: 'http://localhost:11434/v1',
    roles: withGateway,
  },
  ANTHROPIC_API_KEY: {
    schema: text,
    default: 'none',
    doc: 'Lets Anthropic speak for the agent.',
    example: 'sk-ant-…',
    secret: true,
    roles: withGateway,
  },
  GOOGLE_GENERATIVE_AI_API_KEY: {
    schema: text,
    default: 'none',
    doc: 'Lets Google Gemini speak for the agent.',
    example: 'AIza…',
    secret: true,
    roles: withGateway,
  },
  NETRA_MODEL: {
    schema: text,
    default: "the provider's usual one; without a provider the built-in model answers",
    doc: 'The model to use.',
    example: 'gpt-5-mini',
    roles: withGateway,
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export type SettingValues = { [Name in SettingName]?: z.output<(typeof SETTINGS)[Name]['schema']> };

/** The table as a list, for those who document or check it. */
export const CONFIG_SETTINGS: readonly (Setting & { readonly name: SettingName })[] = settingNames().map(
  (name) => ({
    name,
    ...SETTINGS[name],
  }),
);

export function settingNames(): SettingName[] {
  // Object.keys forgets what it was given.
  return Object.keys(SETTINGS) as SettingName[];
}
