import type { ReasonCode } from '@netra/protocol';
import type { AttemptRecord } from '../attempt.ts';
import type { Evidence } from '../evidence.ts';
import { attempt, relative } from '../testing/attempts.ts';
import { describeStories, type Story } from '../testing/describe-stories.ts';

const withToken = (code: ReasonCode, token: NonNullable<AttemptRecord['facts']>['token'] & object) =>
  attempt(code, { facts: { token } });
const ours: Evidence = {
  expected: { issuer: 'https://chat.example', audience: 'netra', environment: 'production' },
  known_key_ids: ['key-1'],
};

const STORIES: readonly Story[] = [
  {
    name: 'blames a client that uses a token an hour after its end, and not the clocks',
    record: withToken('token_expired', { expires_at: relative(-3600) }),
    best: 'token_stale_client',
    least: 0.75,
    ruledOut: ['clock_skew'],
  },
  {
    name: 'is surer of a stale client when the same token comes again',
    record: withToken('token_expired', { expires_at: relative(-40) }),
    evidence: {
      nearby_attempts: [
        attempt('token_expired', { attempt_id: 'att_2', facts: { token: { expires_at: relative(-40) } } }),
      ],
    },
    best: 'token_stale_client',
    least: 0.95,
  },
  {
    name: 'suspects the clocks when tokens of many users seem just expired',
    record: withToken('token_expired', { expires_at: relative(-40) }),
    evidence: {
      nearby_attempts: ['usr_1', 'usr_2', 'usr_3'].map((user_id) =>
        attempt('token_expired', { attempt_id: `att_${user_id}`, user_id }),
      ),
    },
    best: 'clock_skew',
    least: 0.6,
    alsoNamed: 'token_stale_client',
  },
  {
    name: 'blames the clocks for a token from the future',
    record: withToken('token_not_yet_valid', { issued_at: relative(95) }),
    best: 'clock_skew',
    least: 0.9,
  },
  {
    name: 'rules the clocks out when the token was valid already',
    record: withToken('token_not_yet_valid', { issued_at: relative(-95) }),
    ruledOut: ['clock_skew'],
  },
  {
    name: 'names the environment that a token is of',
    record: withToken('token_environment_wrong', { environment: 'staging' }),
    evidence: ours,
    best: 'wrong_environment',
    least: 0.95,
  },
  {
    name: 'sees a foreign environment behind an unknown key, and no rotation',
    record: withToken('token_key_unknown', { key_id: 'key-9', environment: 'staging' }),
    evidence: ours,
    best: 'wrong_environment',
    least: 0.9,
    ruledOut: ['key_rotated_without_overlap'],
  },
  {
    name: 'sees a rotation behind an unknown key of our own issuer',
    record: withToken('token_key_unknown', {
      key_id: 'key-0',
      environment: 'production',
      issuer: 'https://chat.example',
    }),
    evidence: ours,
    best: 'key_rotated_without_overlap',
    least: 0.75,
    ruledOut: ['wrong_environment'],
  },
  {
    name: 'blames tampering for a bad signature under a key of ours',
    record: withToken('token_signature_invalid', { key_id: 'key-1', environment: 'production' }),
    evidence: ours,
    best: 'token_tampered',
    least: 0.7,
    ruledOut: ['wrong_environment', 'key_rotated_without_overlap'],
  },
  {
    name: 'rules tampering out when the key is not ours',
    record: withToken('token_signature_invalid', { key_id: 'key-7', issuer: 'https://chat.example' }),
    evidence: ours,
    best: 'key_rotated_without_overlap',
    ruledOut: ['token_tampered'],
  },
  {
    name: 'blames tampering for a token that asks for no signature',
    record: withToken('token_algorithm_refused', { algorithm: 'none' }),
    best: 'token_tampered',
    least: 0.95,
  },
  {
    name: 'names the audience that a token is for',
    record: withToken('token_audience_wrong', { audience: 'netra-service' }),
    evidence: ours,
    best: 'wrong_audience',
    least: 0.95,
  },
  {
    name: 'rules a wrong audience out when the token names ours among others',
    record: withToken('token_audience_wrong', { audience: ['other', 'netra'] }),
    evidence: ours,
    ruledOut: ['wrong_audience'],
  },
  {
    name: 'recognizes this installation under another address',
    record: withToken('token_issuer_untrusted', { issuer: 'http://127.0.0.1:8080' }),
    evidence: { expected: { issuer: 'http://localhost:8080' } },
    best: 'wrong_issuer',
    least: 0.95,
  },
  {
    name: 'names a foreign issuer',
    record: withToken('token_issuer_untrusted', { issuer: 'https://login.elsewhere.example' }),
    evidence: ours,
    best: 'wrong_issuer',
    least: 0.85,
  },
  {
    name: 'recognizes an ID token',
    record: withToken('token_type_wrong', { type: 'JWT', algorithm: 'RS256' }),
    best: 'wrong_token_kind',
    least: 0.95,
  },
  {
    name: 'suspects a session token where no JWT can be read',
    record: attempt('token_malformed'),
    best: 'wrong_token_kind',
    least: 0.6,
  },
  {
    name: 'rules the wrong kind out for an access token that is broken otherwise',
    record: withToken('token_malformed', { type: 'at+jwt', algorithm: 'ES256' }),
    best: 'token_tampered',
    ruledOut: ['wrong_token_kind'],
  },
  {
    name: 'sees a secret under an old name behind public keys that the verifier does not use',
    record: withToken('token_algorithm_refused', { algorithm: 'ES256', environment: 'production' }),
    evidence: {
      key_holders: [
        { service: 'auth', role: 'issuer', source: 'database', check_value: 'aaa' },
        { service: 'gateway', role: 'verifier', source: 'JWT_SECRET_KEY', check_value: 'bbb' },
      ],
      config: [
        { service: 'auth', setting: 'JWT_SECRET', code: 'legacy', message: 'JWT_SECRET is not read.' },
      ],
    },
    best: 'legacy_secret_name',
    least: 0.9,
    alsoNamed: 'secret_mismatch',
    ruledOut: ['token_tampered'],
  },
];

describeStories('the rules about tokens', STORIES);
