import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AttemptRecord } from '@netra/diagnosis';
import { createLogger } from '@netra/service';
import type { Identity } from '@netra/token';
import { afterEach, expect, test } from 'vitest';
import { createHandshakeStats } from '../attempts/handshake-stats.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';
import { createAddressGate } from './address-gate.ts';
import { type AdmissionOptions, createAdmission } from './admission.ts';
import type { Authenticate } from './authenticate.ts';
import { createOrigins } from './origins.ts';

const SECRET = 'a secret that a message holds';
/** Only a verified token makes an identity; here nobody looks at more of it than whose it is. */
const IDENTITY = { userId: 'ada' } as Identity;
const letIn: Authenticate = async () => ({
  ok: true,
  value: { identity: IDENTITY, status: { kind: 'active', roles: [], permissions: [] } },
});
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An admission whose rooms are all there and refuse nobody, but for the changes. */
async function listen(changes: Partial<AdmissionOptions>) {
  const records: AttemptRecord[] = [];
  const now = Date.now;
  const unused = () => Promise.reject(new Error('not in this test'));
  const admission = createAdmission({
    isDraining: () => false,
    addressGate: createAddressGate({ now }),
    origins: createOrigins([], 'http://localhost'),
    tickets: {
      issue: unused,
      redeem: unused,
      previousRefusal: unused,
      recordRefusal: async () => undefined,
      sweep: unused,
    },
    attempts: {
      mayKeep: () => true,
      record: (attempt) => void records.push(attempt),
      handshakes: createHandshakeStats({ now }),
      unstored: () => 0,
      noteCause: () => undefined,
      find: unused,
      recent: unused,
      refusals: unused,
      stop: unused,
    },
    authenticate: () => {
      throw new RangeError(SECRET);
    },
    revocations: { generation: () => 0, refusalFor: () => undefined, keyRefusal: () => undefined },
    places: { limit: 20, countOf: () => 0 },
    accept: ({ socket }) => socket.destroy(),
    publicUrl: 'http://localhost',
    release: '9.9.9',
    now,
    log: createLogger({ level: 'silent' }),
    ...changes,
  });
  const server = createServer().on('upgrade', (request, socket, head) =>
    admission.handleUpgrade(request, socket, head),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  // A TCP server has this form of address.
  const { port } = server.address() as AddressInfo;
  const upgrade = () => refusedUpgrade({ port, headers: { Authorization: 'Bearer a.b.c' } });
  return { records, upgrade };
}

test('a step that throws is refused as internal_error, with the place in the code and the release in its record', async () => {
  const { records, upgrade } = await listen({});
  const answer = await upgrade();
  expect(answer.problem).toMatchObject({ code: 'internal_error', status: 500 });
  expect(answer.header('netra-attempt-id')).toBe(records[0]?.attempt_id);
  expect(answer.raw).not.toContain(SECRET);
  expect(records[0]?.facts?.exception).toEqual({
    name: 'RangeError',
    location: expect.stringMatching(/^gateway\/src\/admission\/containment\.test\.ts:\d+$/),
    release: '9.9.9',
  });
  expect(JSON.stringify(records)).not.toContain(SECRET);
});

test.each<[string, Partial<AdmissionOptions>]>([
  [
    'the record of a refusal throws',
    {
      attempts: {
        mayKeep: () => true,
        record() {
          throw new Error(SECRET);
        },
        handshakes: createHandshakeStats({ now: Date.now }),
        unstored: () => 0,
        noteCause: () => undefined,
        find: async () => undefined,
        recent: async () => [],
        refusals: async () => [],
        stop: async () => undefined,
      },
    },
  ],
  [
    'the list of places throws',
    {
      authenticate: letIn,
      places: {
        limit: 20,
        countOf() {
          throw new Error(SECRET);
        },
      },
    },
  ],
  [
    'the opening of the connection throws',
    {
      authenticate: letIn,
      accept() {
        throw new Error(SECRET);
      },
    },
  ],
])('while %s, the client is refused all the same', async (_name, changes) => {
  const { upgrade } = await listen(changes);
  const answers = await Promise.all([upgrade(), upgrade()]);
  for (const { raw, problem } of answers) {
    expect(problem).toMatchObject({ code: 'internal_error' });
    expect(raw).not.toContain(SECRET);
  }
});

test('a connection that fails behind its 101 is cut without an answer of HTTP in it', async () => {
  const { records, upgrade } = await listen({
    authenticate: letIn,
    accept({ socket }) {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      throw new Error(SECRET);
    },
  });
  const raw = await upgrade().then(
    (answer) => answer.raw,
    () => '',
  );
  expect(raw).not.toContain('HTTP/1.1 500');
  expect(records[0]).toMatchObject({ code: 'internal_error' });
});
