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

/** Looks through one finished line, the only place that everything passes: fields, children, messages and errors. */
export function redactLine(line: string): string {
  return `${JSON.stringify(redactValue(JSON.parse(line)))}\n`;
}

function redactText(text: string): string {
  return secretLooks.reduce((seen, [look, hidden]) => seen.replace(look, hidden), text);
}

/** What a log says of an error: nothing that a library hangs on it, such as the row that pg quotes in `detail`. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecretName(name) && holdsContent(inner) ? '[redacted]' : redactValue(inner),
    ]),
  );
}

/** `token: true` or `tokens: 12` say something and hide nothing. */
function holdsContent(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  return secretNames.has(plain) || secretEndings.some((ending) => plain.endsWith(ending));
}
