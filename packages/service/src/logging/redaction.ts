/**
 * Hides what must never reach a log: credentials by the name of their field, and tokens by their look inside any
 * text. Names are compared without case, `_` and `-`, so `accessToken`, `access_token` and `Access-Token` are one.
 */
const secretNames = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'secwebsocketprotocol',
  'setauthtoken',
  'xe2ebypasskey',
  'token',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'sessiontoken',
  'bearer',
  'ticket',
  'previousticket',
  'jwt',
  'secret',
  'servicesecret',
  'clientsecret',
  'encryptionkey',
  'privatekey',
  'apikey',
  'openaiapikey',
  'anthropicapikey',
  'googleapikey',
  'password',
  'newpassword',
  'currentpassword',
  'passphrase',
  'connectionstring',
  'databaseurl',
  'text',
  'delta',
  'content',
  'prompt',
  'arguments',
  'result',
]); // prettier-ignore
const secretEndings = ['token', 'secret', 'password', 'ticket', 'apikey'];

/** A JWT, a bearer or ticket carrier, a password inside a URL, the token in a sign-in link. */
const secretLooks: readonly [RegExp, string][] = [
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '[redacted]'],
  [/\b(bearer|ticket)([ .])[\w.~+/=-]{8,}/gi, '$1$2[redacted]'],
  [/(:\/\/[^/\s:@]*:)[^@/\s]+@/g, '$1[redacted]@'],
  [/(\/sign-in\/link#)[\w.~-]+/g, '$1[redacted]'],
  [/([?&#](?:access_token|token|ticket|code|key|secret)=)[^&\s"']+/gi, '$1[redacted]'],
];
const maxDepth = 8;

/** A copy of the fields with secrets replaced. Errors keep message, code and stack, each looked through. */
export function redact(fields: Record<string, unknown>): Record<string, unknown> {
  return redactObject(fields, 0);
}

export function redactText(text: string): string {
  return secretLooks.reduce((seen, [look, hidden]) => seen.replace(look, hidden), text);
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      isSecretName(name) && holdsContent(value) ? '[redacted]' : redactValue(value, depth + 1),
    ]),
  );
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth > maxDepth) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Headers || value instanceof Map) return redactObject(Object.fromEntries(value), depth);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  return redactObject(value, depth);
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: redactText(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
  };
}

/** `token: true` or `tokens: 12` say something and hide nothing. */
function holdsContent(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  return secretNames.has(plain) || secretEndings.some((ending) => plain.endsWith(ending));
}
