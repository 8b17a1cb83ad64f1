import { bearerOf as bearerOfHeader } from '@netra/protocol';

/** What follows `Bearer`; `undefined` without such a header. An empty or odd value is the verifier's to refuse. */
export function bearerOf(headers: Headers): string | undefined {
  return bearerOfHeader(headers.get('authorization'));
}

/** Far wider than the tokens that the library makes. Anything else is nobody's, and U+0000 no text to the database. */
const SESSION_TOKEN_PATTERN = /^[\x21-\x7e]+$/;

/**
 * The session token that a request carries, as the database stores it; its signature is not checked here.
 * A bearer token wins over a cookie, as in the identity library.
 */
export function sessionTokenOf(headers: Headers, cookieName: string): string | undefined {
  const value = bearerOf(headers) ?? cookieOf(headers, cookieName);
  const token = value?.split('.')[0];
  return token !== undefined && SESSION_TOKEN_PATTERN.test(token) ? token : undefined;
}

function cookieOf(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  }
  return undefined;
}
