import type { PresentedToken } from '@netra/diagnosis';
import { LIMITS } from '@netra/protocol';
import { cleanText } from '../attempts/clean-text.ts';

const MAX_FACT_CHARS = 200;
/** Ids as `netra seed e2e` makes them. */
const TEST_USER_PATTERN = /^staging-e2e-user-\d{1,9}$/;

/**
 * What a token says of itself, for the record of a refusal. Nothing here is verified, and nothing of it is ever
 * used as an identity; session and signature are left out, and any subject but a user of end-to-end tests.
 */
export function presentedToken(token: string): PresentedToken | undefined {
  if (token.length > LIMITS.maxTokenBytes) return undefined;
  const [headerPart, claimsPart] = token.split('.', 3);
  const header = decodePart(headerPart);
  const claims = decodePart(claimsPart);
  if (header === undefined && claims === undefined) return undefined;
  const facts = {
    algorithm: text(header?.alg),
    type: text(header?.typ),
    key_id: text(header?.kid),
    issuer: text(claims?.iss),
    audience: text(claims?.aud),
    environment: text(claims?.env),
    test_user: isTestUserId(claims?.sub) ? claims.sub : undefined,
    issued_at: time(claims?.iat),
    not_before: time(claims?.nbf),
    expires_at: time(claims?.exp),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

export function isTestUserId(id: unknown): id is string {
  return typeof id === 'string' && TEST_USER_PATTERN.test(id);
}

function decodePart(part: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    // JSON.parse gives objects string keys only.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? cleanText(value, MAX_FACT_CHARS) : undefined;
}

function time(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > 8.64e12) return undefined;
  return new Date(value * 1000).toISOString();
}
