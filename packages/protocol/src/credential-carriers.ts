/** Names under which people put tokens into URLs; a value that looks like a JWT counts under any name. */
const CREDENTIAL_PARAMETERS: ReadonlySet<string> = new Set([
  'access_token',
  'authorization',
  'bearer',
  'id_token',
  'jwt',
  'ticket',
  'token',
]);
const JWT_PATTERN = /^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\./;
/** One more credential after a comma: neither scheme allows a comma in its own. */
const JOINED_PATTERN = /,\s*(?:bearer|basic)(?:[\s,]|$)/i;

export interface CredentialCarriers {
  /** With the query as requested. */
  url: string;
  /** The value of the `Authorization` header; several lines may have been joined to it by commas (RFC 9110 §5.3). */
  authorization: string | undefined;
  /** How many `Authorization` lines came; Node keeps the first and says nothing of the others. */
  authorizationCount: number;
}

/** What is wrong with how a request carries its credential, whatever the credential is worth. The same at every door. */
export function carrierFault({
  url,
  authorization,
  authorizationCount,
}: CredentialCarriers): 'credential_in_url' | 'credential_ambiguous' | undefined {
  if (hasCredentialInUrl(url)) return 'credential_in_url';
  return authorizationCount > 1 || JOINED_PATTERN.test(authorization ?? '')
    ? 'credential_ambiguous'
    : undefined;
}

/**
 * What follows `Bearer`; an empty or odd value is the verifier's to refuse. Other schemes are somebody else's (a proxy's
 * basic authentication) and no credential here: `undefined`.
 */
export function bearerOf(authorization: string | null | undefined): string | undefined {
  const found = /^bearer(?: +(.*))?$/i.exec(authorization?.trim() ?? '');
  return found === null ? undefined : (found[1]?.trim() ?? '');
}

/**
 * How many lines of this name (in lower case) came in, of the `rawHeaders` of a Node request: name, value, name, value.
 * Of some, Node keeps the first and drops the rest silently.
 */
export function countOfHeader(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const text = rawHeaders[index];
    if (text?.length === name.length && text.toLowerCase() === name) count++;
  }
  return count;
}

function hasCredentialInUrl(url: string): boolean {
  const queryAt = url.indexOf('?');
  if (queryAt === -1) return false;
  for (const [name, value] of new URLSearchParams(url.slice(queryAt + 1))) {
    if (CREDENTIAL_PARAMETERS.has(name.toLowerCase()) || JWT_PATTERN.test(value)) return true;
  }
  return false;
}
