import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { parseAnswer } from '../kit/raw-upgrade.ts';

const SLOW_CLIENTS = 300;
const BYTE_EVERY_MS = 1_000;
/** Ten seconds for headers, and Node looks every thirty. */
const LATEST_MS = 45_000;

let netra: NetraProcess;

beforeAll(async () => {
  netra = await startNetra();
});

afterAll(() => netra.dispose());

it('clients who send a byte of their headers each second are ended with a problem', async () => {
  const startedAtMs = performance.now();
  const answers = await Promise.all(Array.from({ length: SLOW_CLIENTS }, () => trickle(netra)));
  expect(performance.now() - startedAtMs).toBeLessThan(LATEST_MS);
  const codes = answers.map((answer) => JSON.parse(parseAnswer(answer).body).code);
  expect(new Set(codes)).toEqual(new Set(['request_malformed']));
  expect((await fetch(`${netra.url}/health/ready`)).status).toBe(200);
});

function trickle({ port }: NetraProcess): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /ws HTTP/1.1\r\nX-Slow: '));
    const timer = setInterval(() => socket.write('x'), BYTE_EVERY_MS);
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(received);
    });
  });
}
