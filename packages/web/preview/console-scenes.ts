import { NetraError } from '@netra/client';
import type { SignedInUser } from '@netra/protocol';
import {
  attempts,
  explanation,
  incidents,
  keys,
  refusals,
  report,
  slowExplanation,
  status,
  statusNew,
  statusWell,
  unknownExplanation,
} from './console-answers.ts';
import type { Scene } from './fake-client.ts';

const user: SignedInUser = {
  user_id: 'usr_9',
  email: 'olga.tokarczuk@example.com',
  name: 'Olga Tokarczuk',
  roles: ['user', 'operator'],
  permissions: ['chat', 'ops:read', 'ops:write'],
};
const none = { items: [] };
const all = {
  '/v1/ops/status': status,
  '/v1/ops/refusals': refusals,
  '/v1/ops/incidents': incidents,
  '/v1/ops/keys': keys,
  '/v1/ops/attempts': attempts,
};
const well = {
  ...all,
  '/v1/ops/status': statusWell,
  '/v1/ops/refusals': none,
  '/v1/ops/incidents': none,
  '/v1/ops/attempts': none,
};
const outage = new NetraError('database_unavailable');
const explained = (body: typeof explanation): Scene => ({
  path: `/console/attempts/${body.attempt_id}`,
  user,
  answers: {
    ...all,
    [`/v1/ops/attempts/${body.attempt_id}`]: attempts.items[0],
    [`/v1/ops/attempts/${body.attempt_id}/explanation`]: body,
    [`/v1/ops/attempts/${body.attempt_id}/explanation text`]: report,
  },
});

export const consoleScenes: Readonly<Record<string, Scene>> = {
  overview: { path: '/console', user, answers: all },
  'overview-well': { path: '/console', user, answers: well },
  'overview-new': { path: '/console', user, answers: { ...well, '/v1/ops/status': statusNew } },
  'overview-stale': { path: '/console', user, answers: { ...all, '/v1/ops/refusals': outage } },
  'overview-failed': { path: '/console', user, answers: { ...all, '/v1/ops/status': outage } },
  'overview-loading': { path: '/console', user, answers: {} },
  attempts: { path: '/console/attempts', user, answers: all },
  'attempts-none': { path: '/console/attempts', user, answers: well },
  'attempts-filtered': {
    path: '/console/attempts?root_cause=auth_slow&since=1h&user=usr_4',
    user,
    answers: { ...all, '/v1/ops/attempts': none },
  },
  why: explained(explanation),
  'why-slow': explained(slowExplanation),
  'why-unknown': explained(unknownExplanation),
  'why-missing': {
    path: '/console/attempts/att_none',
    user,
    answers: { '/v1/ops/attempts/att_none/explanation': new NetraError('attempt_unknown') },
  },
  incidents: { path: '/console/incidents', user, answers: all },
  'incidents-none': { path: '/console/incidents', user, answers: well },
};
