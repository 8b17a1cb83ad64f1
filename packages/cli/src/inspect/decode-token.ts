export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Reads a JWT's header and claims for a person to look at. Checks nothing: whether the token is good is the
 * verifier's to say. Undefined when the text is not a JWT at all.
 */
export function decodeToken(token: string): DecodedToken | undefined {
  const [header, claims, signature, ...rest] = token.split('.').map(decodePart);
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0)
    return undefined;
  const decoded = { header: parseObject(header), claims: parseObject(claims) };
  if (decoded.header === undefined || decoded.claims === undefined) return undefined;
  return { header: decoded.header, claims: decoded.claims };
}

function decodePart(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // A JSON object is exactly a record of unknown values.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // not JSON: "not a JWT" is the answer
  }
}
