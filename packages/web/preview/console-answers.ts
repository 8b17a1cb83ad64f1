import type {
  ExplanationBody,
  IncidentBody,
  OpsAttempt,
  OpsKeys,
  OpsRefusals,
  OpsStatus,
  ReasonCode,
} from '@netra/protocol';

const nowMs = Date.now();
const ago = (seconds: number) => new Date(nowMs - seconds * 1_000).toISOString();
const minuteMs = nowMs - (nowMs % 60_000);

const minutes = Array.from({ length: 60 }, (_, index) => ({
  at: new Date(minuteMs - (59 - index) * 60_000).toISOString(),
  accepted: index > 52 ? 6 : 38 + ((index * 7) % 17),
  refused: index > 52 ? 31 : index % 11 === 0 ? 1 : 0,
  left: index % 17 === 0 ? 1 : 0,
}));

const steps: OpsStatus['steps'] = [
  { step: 'path', count: 2_611, p50_ms: 0.1, p99_ms: 0.25 },
  { step: 'draining', count: 2_611, p50_ms: 0.1, p99_ms: 0.1 },
  { step: 'address_rate', count: 2_611, p50_ms: 0.1, p99_ms: 0.1 },
  { step: 'capacity', count: 2_611, p50_ms: 0.1, p99_ms: 0.1 },
  { step: 'upgrade_headers', count: 2_611, p50_ms: 0.1, p99_ms: 0.25 },
  { step: 'origin', count: 2_611, p50_ms: 0.1, p99_ms: 0.1 },
  { step: 'subprotocol', count: 2_609, p50_ms: 0.1, p99_ms: 0.1 },
  { step: 'credential', count: 2_609, p50_ms: 0.1, p99_ms: 0.25 },
  { step: 'ticket', count: 1_204, p50_ms: 2.5, p99_ms: 10 },
  { step: 'token', count: 2_602, p50_ms: 0.5, p99_ms: 2.5 },
  { step: 'user_status', count: 2_331, p50_ms: 0.1, p99_ms: 50 },
  { step: 'permission', count: 2_331, p50_ms: 0.1, p99_ms: 0.1 },
  { step: 'connection_limit', count: 2_331, p50_ms: 0.1, p99_ms: 0.1 },
  { step: 'upgrade', count: 2_331, p50_ms: 0.25, p99_ms: 1 },
];

export const statusWell: OpsStatus = {
  status: 'ok',
  checks: [
    { name: 'database', ok: true, duration_ms: 1.2 },
    { name: 'auth', ok: true, duration_ms: 0.4 },
    { name: 'keys', ok: true },
    { name: 'accepting', ok: true },
  ],
  environment: 'staging',
  release: '0.1.0',
  started_at: ago(11_400),
  open_connections: 214,
  runs: { here: 2, running: 3, queued: 0 },
  auth_circuit: 'closed',
  handshakes: {
    accepted: 2_731,
    refused: [{ code: 'token_expired', count: 6 }],
    accepted_share: 0.9978,
    average_ms: 3.42,
    slowest_ms: 61.7,
    minutes: minutes.map((minute) => ({
      ...minute,
      accepted: minute.accepted < 10 ? 44 : minute.accepted,
      refused: minute.refused > 1 ? 0 : minute.refused,
    })),
  },
  steps,
};

export const status: OpsStatus = {
  ...statusWell,
  status: 'unavailable',
  checks: [
    { name: 'database', ok: true, duration_ms: 1.2 },
    { name: 'auth', ok: true, duration_ms: 0.4 },
    { name: 'keys', ok: false, detail: 'The key check values of issuer and verifier differ.' },
    { name: 'accepting', ok: true },
  ],
  auth_circuit: 'half_open',
  handshakes: {
    accepted: 2_331,
    refused: [
      { code: 'token_signature_invalid', count: 217 },
      { code: 'token_expired', count: 6 },
    ],
    accepted_share: 0.9126,
    average_ms: 3.42,
    slowest_ms: 61.7,
    minutes,
  },
};

export const statusNew: OpsStatus = {
  ...statusWell,
  started_at: ago(40),
  open_connections: 0,
  handshakes: { accepted: 0, refused: [], minutes: [] },
  steps: [],
};

const mismatch = { root_cause: 'secret_mismatch', title: 'Issuer and verifier hold different secrets' };
const stale = { root_cause: 'token_stale_client', title: 'The client keeps using an old token' };
const slow = { root_cause: 'auth_slow', title: 'The auth service is slow' };

type Refused = OpsRefusals['items'][number];

function refused(code: ReasonCode, count: number, more: Partial<Refused> = {}): Refused {
  return {
    code,
    count,
    user_count: Math.ceil(count / 9),
    first_seen: ago(400),
    last_seen: ago(4),
    example_attempt_id: 'att_pt8e3qrytq232cacv7y8hgbkmjy7dx1t',
    ...more,
  };
}

export const refusals: OpsRefusals = {
  since: ago(3_600),
  items: [
    refused('token_signature_invalid', 217, { cause: mismatch }),
    refused('token_expired', 6, { cause: stale, last_seen: ago(300) }),
    refused('auth_unavailable', 3, { cause: slow, last_seen: ago(1_300) }),
    refused('origin_not_allowed', 2, { last_seen: ago(3) }),
    refused('upgrade_missing', 1, { cause: { root_cause: 'unknown', title: 'Root cause not known' } }),
  ],
};

export const incidents: { items: IncidentBody[] } = {
  items: [
    {
      incident_id: 'inc_7m2k',
      state: 'open',
      ...mismatch,
      code: 'token_signature_invalid',
      discriminator: '',
      opened_at: ago(420),
      first_seen: ago(440),
      last_seen: ago(4),
      count: 217,
      user_count: 25,
      release: '0.1.0',
      example_attempt_id: 'att_pt8e3qrytq232cacv7y8hgbkmjy7dx1t',
    },
    {
      incident_id: 'inc_3b1c',
      state: 'closed',
      ...slow,
      code: 'auth_unavailable',
      discriminator: '',
      opened_at: ago(88_000),
      first_seen: ago(88_200),
      last_seen: ago(86_500),
      closed_at: ago(85_900),
      count: 41,
      user_count: 12,
      example_attempt_id: 'att_0kx1p9d4ttm2cacv7y8hgbkmjy7dx1t',
    },
  ],
};

export const keys: OpsKeys = {
  checked_with: { key_mode: 'shared_secret', source: 'JWT_SECRET_STAGING', check_value: '87b8d3f76c1f' },
  matches: false,
  signed_with: {
    key_mode: 'shared_secret',
    source: 'JWT_SECRET_KEY',
    check_value: '7520c42c4312',
    items: [],
  },
};

const path = [
  { step: 'path', outcome: 'ok', duration_ms: 0.1 },
  { step: 'draining', outcome: 'ok', duration_ms: 0.015 },
  { step: 'capacity', outcome: 'ok', duration_ms: 0.014 },
  { step: 'upgrade_headers', outcome: 'ok', duration_ms: 0.102 },
  { step: 'origin', outcome: 'ok', duration_ms: 0.037 },
  { step: 'subprotocol', outcome: 'ok', duration_ms: 0.047 },
  { step: 'credential', outcome: 'ok', duration_ms: 0.105 },
  { step: 'token', outcome: 'refused', duration_ms: 0.219 },
];

export const attempts: { items: OpsAttempt[]; next_cursor: string } = {
  items: Array.from({ length: 14 }, (_, index): OpsAttempt => {
    const isSlow = index % 5 === 3;
    const isNew = index === 1;
    return {
      attempt_id: `att_pt8e3qrytq232cacv7y8hgbkmjy7dx${index === 0 ? '1t' : index}`,
      at: ago(4 + index * index * 6),
      code: isSlow ? 'auth_unavailable' : isNew ? 'origin_not_allowed' : 'token_signature_invalid',
      detail: 'The signature does not belong to this token under the key that it names.',
      ...(index % 3 === 2 ? {} : { user_id: 'usr_k3v8w0q7m5n2' }),
      steps: isSlow
        ? [...path.slice(0, 7), { step: 'user_status', outcome: 'failed', duration_ms: 2_004 }]
        : path,
      client:
        index % 4 === 1
          ? { user_agent: 'node', carrier: 'authorization_header', client_type: 'backend' }
          : {
              origin: 'https://chat.staging.example.com',
              carrier: 'subprotocol_ticket',
              user_agent: 'Mozilla/5.0',
            },
      facts: {
        token: { algorithm: 'HS256', issuer: 'https://auth.staging.example.com', environment: 'staging' },
      },
      ...(isNew ? {} : { cause: isSlow ? slow : mismatch }),
    };
  }),
  next_cursor: 'cursor',
};

export const explanation: ExplanationBody = {
  attempt_id: 'att_pt8e3qrytq232cacv7y8hgbkmjy7dx1t',
  subject: { kind: 'attempt', id: 'att_pt8e3qrytq232cacv7y8hgbkmjy7dx1t' },
  at: ago(4),
  code: 'token_signature_invalid',
  summary:
    'Signature invalid at step token: The signature does not belong to this token under the key that it names. Issuer and verifier hold different secrets.',
  causes: [
    {
      ...mismatch,
      confidence: 0.98,
      reason: 'The key check values of the two services differ, which equal secrets cannot do.',
      position: 'cause',
      whys: [
        {
          question: 'Why could the client not connect?',
          answer: 'Netra answered HTTP 401 with token_signature_invalid: Signature invalid.',
          evidence: [
            { source: 'attempt.code', observed: 'token_signature_invalid' },
            { source: 'attempt.step', observed: 'token refused after 0.219 ms', expected: 'ok' },
          ],
        },
        {
          question: 'Why was the signature refused?',
          answer: 'The gateway checked it with the secret of JWT_SECRET_STAGING, and it does not fit.',
          evidence: [
            { source: 'verifier key source', observed: 'JWT_SECRET_STAGING' },
            { source: 'verifier key check value', observed: '87b8d3f76c1f' },
          ],
        },
        {
          question: 'Why does it not fit?',
          answer:
            'The token was signed with the key that JWT_SECRET_KEY holds on the issuer, and checked with JWT_SECRET_STAGING.',
          evidence: [
            { source: 'secrets that verify it', observed: 'JWT_SECRET_KEY', expected: 'JWT_SECRET_STAGING' },
            { source: 'issuer key check value', observed: '7520c42c4312', expected: '87b8d3f76c1f' },
          ],
        },
        {
          question: 'Why do the two services hold different secrets?',
          answer:
            'Each takes the first that is set of an order of settings: JWT_SECRET_STAGING is set on the gateway, and the issuer got its secret from JWT_SECRET_KEY.',
          evidence: [
            { source: 'issuer key source', observed: 'JWT_SECRET_KEY', expected: 'JWT_SECRET_STAGING' },
          ],
        },
        {
          question: 'Why did that reach users?',
          answer:
            'A shared secret was changed on one side only, and traffic came although readiness compares the check values of both.',
          evidence: [],
        },
      ],
      fix: {
        action:
          'Set the same secret under the same name on both services (JWT_SECRET_STAGING), remove the others, and restart both.',
        command: 'netra config check --env staging --json',
      },
      prevention:
        'Sign with public keys (the default): there is nothing to mismatch. Where a secret is shared, gate each deploy on `/health/ready`, which compares key check values.',
    },
    {
      ...stale,
      confidence: 0.4,
      reason: 'The token expired as well.',
      position: 'next',
      whys: [
        {
          question: 'Why would it be refused next?',
          answer: 'The token ended 4 minutes before the attempt.',
          evidence: [{ source: 'token.expires_at', observed: ago(240), expected: `after ${ago(4)}` }],
        },
      ],
      fix: { action: 'Let the client ask for a fresh token before it reconnects.' },
      prevention: 'Use the SDK, which renews tokens by itself.',
    },
  ],
  ranking: 'The first is proven by check values; the second would only be met after it.',
  ruled_out: [
    { root_cause: 'legacy_secret_name', because: 'No setting stands under an old name.' },
    {
      root_cause: 'token_tampered',
      because: 'Issuer and verifier hold different keys: that explains the signature.',
    },
    { root_cause: 'wrong_environment', because: "The token names this server's environment, staging." },
  ],
  path,
  incident_id: 'inc_7m2k',
  not_available: [{ probe: 'other_environments', because: 'late' }],
};

export const slowExplanation: ExplanationBody = {
  ...explanation,
  code: 'handshake_deadline',
  summary: 'The handshake took longer than 3 s at step user_status. The auth service is slow.',
  causes: explanation.causes.slice(0, 1).map((cause) => ({
    ...cause,
    ...slow,
    location: 'packages/gateway/src/admission/ladder.ts:88:13',
    release: '0.1.0',
    first_seen: ago(4_000),
  })),
  path: [
    ...path.slice(0, 7),
    { step: 'token', outcome: 'ok', duration_ms: 1.4 },
    { step: 'user_status', outcome: 'timed_out', duration_ms: 2_998.2 },
  ],
};

export const unknownExplanation: ExplanationBody = {
  ...explanation,
  causes: [],
  summary: 'The answer was HTTP 401 with token_signature_invalid. No rule found what it needs.',
};

export const report = `# Issuer and verifier hold different secrets

Signature invalid at step token.

| | |
| --- | --- |
| attempt | \`att_pt8e3qrytq232cacv7y8hgbkmjy7dx1t\` |
| seen as | \`token_signature_invalid\` |

## The path

\`\`\`mermaid
flowchart LR
  client(["client"])
\`\`\`

## Five whys

1. **Why could the client not connect?**  
   Netra answered HTTP 401.
`;
