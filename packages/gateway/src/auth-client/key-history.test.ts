import { expect, test, vi } from 'vitest';
import { createKeyHistory } from './key-history.ts';

const request = () => new Request('https://auth.test/auth/jwks.json');

test('knows the keys that left the key set, and one that came back is there', async () => {
  let keys = ['old', 'new'];
  let status = 200;
  const history = createKeyHistory({ now: () => 0 });
  const fetch = history.watch(async () => Response.json({ keys: keys.map((kid) => ({ kid })) }, { status }));
  expect(await (await fetch(request())).json()).toEqual({ keys: [{ kid: 'old' }, { kid: 'new' }] });
  await vi.waitFor(() => expect(history.left()).toEqual([]));
  keys = ['new'];
  await fetch(request());
  const left = { key_id: 'old', state: 'deleted', at: new Date(0).toISOString() };
  await vi.waitFor(() => expect(history.left()).toEqual([left]));
  // An outage says nothing about keys.
  [keys, status] = [[], 503];
  await fetch(request());
  expect(history.left()).toEqual([left]);
  [keys, status] = [['old', 'new'], 200];
  await fetch(request());
  await vi.waitFor(() => expect(history.left()).toEqual([]));
});
