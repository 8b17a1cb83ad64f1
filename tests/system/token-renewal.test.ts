import { it } from 'vitest';
import { drillRenewal } from '../kit/renewal-drill.ts';

// `token-renewal.long.ts` does it over two lives with a thousand sockets.
it('keeps every socket open over the end of a token', async () => {
  await drillRenewal({ users: 4, socketsPerUser: 10, lives: 1 });
});
