import { it } from 'vitest';
import { drillRenewal } from '../kit/renewal-drill.ts';

// `token-renewal.long.ts` does it with a thousand sockets.
it('keeps every socket open over the lives of two tokens', async () => {
  await drillRenewal({ users: 4, socketsPerUser: 10, lives: 2 });
});
