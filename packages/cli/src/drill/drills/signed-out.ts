import type { Drill } from '../drill.ts';
import { meetWithToken } from '../lab/knock.ts';
import { until } from '../lab/until.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const signedOut: Drill = {
  name: 'signed_out',
  injected: 'A user signs out, and another tab goes on with the old token',
  expected: 'session_revoked',
  isControl: true,
  outside: { check: 'token', rootCause: 'session_revoked' },
  stack: ordinary,
  async run(stack) {
    const { userId, token } = stack.takeUser();
    await stack.sql(
      `insert into auth.revocations (at, kind, code, issuer, user_id, not_before, expires_at)
       values (now(), 'user', 'session_ended', $1, $2, now() + interval '1 second', now() + interval '1 hour')`,
      [stack.authUrl, userId],
    );
    await stack.sql('notify netra_revocations');
    return until('the revocation to arrive', () => meetWithToken(stack.url, token).catch(() => undefined));
  },
};
