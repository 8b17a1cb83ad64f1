import { createServer } from 'node:http';

/** A server that nobody should call: it counts who does. */
export interface Canary {
  readonly url: string;
  calls(): number;
  stop(): Promise<void>;
}

export async function startCanary(): Promise<Canary> {
  let calls = 0;
  const server = createServer((_request, response) => response.end('{"keys":[]}'));
  server.on('connection', () => {
    calls += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the canary has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls: () => calls,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
