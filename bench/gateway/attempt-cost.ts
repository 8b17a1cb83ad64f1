import { createLogger, createPool } from '@netra/service';
import { clientFacts } from '../../packages/gateway/src/admission/client-facts.ts';
import { type Attempt, beginAttempt } from '../../packages/gateway/src/attempts/attempt.ts';
import { createAttempts } from '../../packages/gateway/src/attempts/attempts.ts';

/** In a turn; the first turns are for the compiler. */
const ATTEMPTS = 20_000;
const TURNS = 15;

const HEADERS: Record<string, string> = {
  origin: 'https://chat.example.com',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
  'x-client-type': 'web',
};
/** As a token that was signed with another secret presents itself. */
const TOKEN = {
  algorithm: 'ES256',
  type: 'at+jwt',
  key_id: 'key_0123456789abcdef',
  issuer: 'https://auth.example.com',
  audience: 'netra',
  environment: 'staging',
  issued_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-01T00:10:00.000Z',
};
const STEPS = [
  'path',
  'draining',
  'address_rate',
  'capacity',
  'upgrade_headers',
  'origin',
  'subprotocol',
  'credential',
] as const;
const passed = () => ({ ok: true, value: undefined }) as const;

/** What the ladder writes down of every handshake, without what it judges. */
function climb(attempt: Attempt): void {
  attempt.note(() => ({ client: clientFacts((name) => HEADERS[name]) }));
  for (const step of STEPS) attempt.stepNow(step, passed);
  attempt.note({ facts: { proxy: { is_trusted: false, has_forwarded: false, peer_address: '192.0.2.1' } } });
  attempt.note(() => ({ client: clientFacts((name) => HEADERS[name], 'authorization_header') }));
}

const attempts = createAttempts({
  // Nobody answers there: what costs the handshake is measured, and writing is done behind it.
  pool: createPool({ host: '127.0.0.1', port: 9 }, { schema: 'gateway' }),
  now: Date.now,
  log: createLogger({ level: 'silent' }),
});

function accept(): void {
  const attempt = beginAttempt({ now: Date.now });
  climb(attempt);
  for (const step of [
    'token',
    'user_status',
    'permission',
    'revocation',
    'connection_limit',
    'upgrade',
  ] as const)
    attempt.stepNow(step, passed);
  attempts.handshakes.record('accepted', attempt.steps());
}

function refuse(): void {
  const attempt = beginAttempt({ now: Date.now });
  climb(attempt);
  const refusal = { code: 'token_signature_invalid' } as const;
  attempt.stepNow('token', () => ({ ok: false, refusal }));
  attempt.note({ facts: { token: TOKEN, signature_matches: [] } });
  attempts.handshakes.record(refusal.code, attempt.end(refusal.code));
  // Asked as for every refusal; so many as here would only be counted, and what one costs that is kept is wanted.
  attempts.mayKeep('192.0.2.1', refusal.code);
  attempts.record(attempt.finish(refusal));
}

/** Microseconds of processor time each, the best of the turns: another process can only add to it. */
function costOf(act: () => void): number {
  let bestUs = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TURNS; turn++) {
    const before = process.cpuUsage();
    for (let count = 0; count < ATTEMPTS; count++) act();
    const { user, system } = process.cpuUsage(before);
    bestUs = Math.min(bestUs, (user + system) / ATTEMPTS);
  }
  return bestUs;
}

console.log(JSON.stringify({ acceptedUs: costOf(accept), refusedUs: costOf(refuse), turns: TURNS }));
process.exit();
