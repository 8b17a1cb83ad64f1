import { attemptSummarySchema } from '@netra/protocol';
import { createLogger } from '@netra/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthKit, call, outcome, startAuth } from '../testing/auth-kit.ts';
import { eventually } from '../testing/eventually.ts';
import { serviceTokenOf } from '../testing/tokens.ts';
import { createRefusedAttempts } from './refused-attempts.ts';

let kit: AuthKit;
let service: string;
const nowMs = Date.now();
beforeAll(async () => {
  kit = await startAuth({ now: () => nowMs });
  service = await serviceTokenOf(kit.auth);
});
afterAll(() => kit.stop());

const silent = () => createLogger({ level: 'silent' });
const ask = (attemptId: string, auth = kit.auth, bearer = service) =>
  call(auth, `/auth/service/attempts/${encodeURIComponent(attemptId)}`, { bearer });

async function refusedId(path: string, options = {}): Promise<string> {
  const response = await call(kit.auth, path, options);
  const { attempt_id } = (await response.json()) as { attempt_id: string };
  expect(response.headers.get('netra-attempt-id')).toBe(attempt_id);
  return attempt_id;
}

test.each([
  ['a token that is none', '/auth/validate', { bearer: 'a.b' }, 'token_malformed'],
  [
    'a wrong password',
    '/auth/sign-in/email',
    { body: { email: 'no@example.com', password: 'a wrong one' } },
    'credential_missing',
  ],
  ['no such route', '/auth/nothing', {}, 'route_unknown'],
])('the id of a refusal leads to its code: %s', async (_name, path, options, code) => {
  const attemptId = await refusedId(path, options);
  const answer = attemptSummarySchema.strict().parse(await (await ask(attemptId)).json());
  expect(answer).toMatchObject({ attempt_id: attemptId, code, at: new Date(nowMs).toISOString() });
});

test('another process knows it within about a second, and for a week', async () => {
  const attemptId = await refusedId('/auth/validate');
  const other = await kit.another();
  await eventually(async () => (await ask(attemptId, other)).status === 200);
  const attempts = createRefusedAttempts({ pool: kit.pool, now: () => nowMs, log: silent() });
  await attempts.prune();
  expect((await attempts.find(attemptId))?.code).toBe('credential_missing');
  await kit.pool.query(`update attempts set at = at - interval '8 days'`);
  await attempts.prune();
  expect(await attempts.find(attemptId)).toBeUndefined();
});

test('is for services alone, and an id that is none is unknown', async () => {
  const attemptId = await refusedId('/auth/validate');
  expect(await outcome(await call(kit.auth, `/auth/service/attempts/${attemptId}`))).toBe(
    '401 credential_missing',
  );
  for (const unknown of ['att_unknown', 'x'.repeat(65), "' or 1=1 --"])
    expect(await outcome(await ask(unknown))).toBe('404 attempt_unknown');
});

test('a flood is written no faster than 20 at a time, and remembered up to a thousand', async () => {
  await kit.pool.query('delete from attempts');
  const attempts = createRefusedAttempts({ pool: kit.pool, now: () => nowMs, log: silent() });
  for (let count = 0; count < 1_500; count++)
    attempts.record({ attemptId: `att_flood${count}`, code: 'token_expired' });
  await attempts.flush();
  const { rows } = await kit.pool.query(`select 1 from attempts where attempt_id like 'att_flood%'`);
  expect(rows).toHaveLength(20);
  expect((await attempts.find('att_flood1499'))?.code).toBe('token_expired');
  expect((await attempts.find('att_flood0'))?.code).toBe('token_expired'); // written
  expect(await attempts.find('att_flood499')).toBeUndefined();
});
