import { createPool } from '@netra/service';
import { expect, test } from 'vitest';
import { signUp, startAuth } from './testing/auth-kit.ts';

test('more people sign up at once than there are connections, and nobody waits for a connection in vain', async () => {
  const kit = await startAuth();
  const pool = createPool({ ...kit.pool.options }, { schema: 'auth', maxConnections: 2 });
  const auth = await kit.another({ pool });
  const people = await Promise.all(Array.from({ length: 12 }, () => signUp(auth)));
  expect(new Set(people.map(({ email }) => email)).size).toBe(12);
  await auth.stop();
  await pool.end();
  await kit.stop();
});
