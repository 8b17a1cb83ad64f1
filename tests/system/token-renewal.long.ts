import { it } from 'vitest';
import { drillRenewal } from '../kit/renewal-drill.ts';

it('keeps 1,000 sockets open over the lives of three tokens, without one reconnect', async () => {
  await drillRenewal({ users: 50, socketsPerUser: 20, lives: 3 });
});
