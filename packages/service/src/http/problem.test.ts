import { problemSchema } from '@netra/protocol';
import { expect, test } from 'vitest';
import { problemBody, problemResponse } from './problem.ts';

const publicUrl = 'https://chat.example.com';

test('a refusal is RFC 9457 with a code, a fix, an attempt and a challenge', async () => {
  const response = problemResponse('token_expired', { publicUrl, attemptId: 'att_1' });
  expect(response.status).toBe(401);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('netra-attempt-id')).toBe('att_1');
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  expect(problemSchema.parse(await response.json())).toMatchObject({
    type: 'https://chat.example.com/reasons/token_expired',
    status: 401,
    code: 'token_expired',
    attempt_id: 'att_1',
  });
});

test('a missing credential gets a challenge without an error (RFC 6750 §3)', () => {
  expect(problemBody('credential_missing', { publicUrl }).headers['WWW-Authenticate']).toBe(
    'Bearer realm="netra"',
  );
});

test('503 and 429 say when to come back, in whole seconds', () => {
  expect(problemBody('auth_unavailable', { publicUrl }).headers['Retry-After']).toBe('1');
  const limited = problemBody('rate_limited', { publicUrl, retryAfterMs: 2_100 });
  expect(limited.headers['Retry-After']).toBe('3');
  expect(limited.problem.retry.after_ms).toBe(2_100);
});
