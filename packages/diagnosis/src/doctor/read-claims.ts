/** Header and claims as they stand in the token. Nothing is verified. Undefined when it is no JWT. */
export function readClaims(
  token: string,
): { readonly header: Record<string, unknown>; readonly claims: Record<string, unknown> } | undefined {
  const [headerPart, claimsPart, signature] = token.split('.');
  const [header, claims] = [decode(headerPart), decode(claimsPart)];
  return header === undefined || claims === undefined || signature === undefined
    ? undefined
    : { header, claims };
}

function decode(part: string | undefined): Record<string, unknown> | undefined {
  try {
    const bytes = Uint8Array.from(atob((part ?? '').replaceAll('-', '+').replaceAll('_', '/')), (sign) =>
      sign.charCodeAt(0),
    );
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    // JSON.parse gives objects string keys only.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
