/** Which browser origins may use the gateway, and what they are told by CORS. */
export interface Origins {
  readonly list: readonly string[];
  isAllowed(origin: string): boolean;
  /** CORS headers for an answer to this origin; for others only `Vary`, so that no cache mixes them up. */
  corsHeaders(origin: string | undefined): Record<string, string>;
}

const EXPOSED_HEADERS = 'Netra-Attempt-Id, Retry-After, Location, WWW-Authenticate';

/** Origins are compared character by character: no patterns, no suffixes, and never `null`. */
export function createOrigins(allowed: readonly string[], publicUrl: string): Origins {
  const list = [...new Set([...allowed, new URL(publicUrl).origin])];
  const set: ReadonlySet<string> = new Set(list);
  return {
    list,
    isAllowed: (origin) => set.has(origin),
    corsHeaders(origin) {
      if (origin === undefined || !set.has(origin)) return { Vary: 'Origin' };
      return {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': EXPOSED_HEADERS,
        Vary: 'Origin',
      };
    },
  };
}
