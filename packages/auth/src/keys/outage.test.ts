import { createPool } from '@netra/service';
import { expect, test } from 'vitest';
import { call, outcome, signUp, startAuth } from '../testing/auth-kit.ts';
import { accessTokenOf } from '../testing/tokens.ts';

test('without its database the service answers 503, never 401, and says so in its checks', async () => {
  const kit = await startAuth();
  const person = await signUp(kit.auth);
  const bearer = await accessTokenOf(kit.auth, person.sessionToken);
  const pool = createPool({ ...kit.pool.options }, { schema: 'auth' });
  const cutOff = await kit.another({ pool });
  expect((await cutOff.checks()).every(({ ok }) => ok)).toBe(true);
  await pool.end();
  expect(await outcome(await call(cutOff, '/auth/validate', { bearer }))).toBe('503 database_unavailable');
  expect(await outcome(await call(cutOff, '/auth/token', { method: 'POST', bearer: 'ntr_x' }))).toBe(
    '503 database_unavailable',
  );
  expect((await cutOff.checks()).find(({ name }) => name === 'auth_database')).toMatchObject({ ok: false });
  await kit.stop();
});
