import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
});
afterAll(() => kit.close());

test('a token over 8 KiB is token_too_large in a frame too, and leaves the connection as it was', async () => {
  const socket = await kit.connect('ada');
  socket.send({ type: 'renew_token', id: 'large', token: `${kit.issuer.token('ada')}${'x'.repeat(9_000)}` });
  expect(await socket.next('error')).toMatchObject({ ref: 'large', code: 'token_too_large' });
  socket.send({ type: 'ping', id: 'still here' });
  expect(await socket.next('pong')).toMatchObject({ ref: 'still here' });
  socket.webSocket.close();
});
