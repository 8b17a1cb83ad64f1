import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { agentFromRun } from '@netra/agent';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signUp } from '../kit/person.ts';
import { poll } from '../kit/poll.ts';
import { checkMetrics, checkRules, findPromtool } from '../kit/promtool.ts';
import { connectRaw } from '../kit/raw-socket.ts';
import { type Stack, startStack } from '../kit/stack.ts';

let stack: Stack;
let text: string;

beforeAll(async () => {
  const brief = agentFromRun({
    name: 'brief',
    description: 'Says one word.',
    async *run() {
      yield { type: 'message', delta: 'Yes.' };
    },
  });
  stack = await startStack({ agents: () => [brief], defaultAgent: 'brief' });
  const ada = await signUp(stack.url);
  const socket = await connectRaw(stack.url, await ada.token());
  socket.send({ type: 'user_message', id: 'a', text: 'a word that is nobody else’s business' });
  await socket.next('agent_completed');
  socket.close();
  text = await poll(async () => {
    const now = await stack.gateway.metrics.text();
    return now.includes('netra_connections_closed_total{code="client"} 1') ? now : undefined;
  });
});

afterAll(() => stack.stop());

const figureOf = (name: string) => {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
};

it('one conversation shows in every metric that it touched', () => {
  expect(figureOf('netra_handshakes_total{code="accepted"}')).toBe(1);
  expect(figureOf('netra_handshake_step_duration_seconds_count{step="token"}')).toBe(1);
  expect(figureOf('netra_runs_ended_total{status="completed",code=""}')).toBe(1);
  // user_message, agent_started, agent_message, agent_completed.
  expect(figureOf('netra_events_stored_total')).toBe(4);
  expect(figureOf('netra_append_duration_seconds_count')).toBeGreaterThan(0);
  // Those four, `connection_established`, `thread_created`, `ack`; perhaps a `thread_updated`.
  expect(figureOf('netra_frames_sent_total')).toBeGreaterThanOrEqual(7);
  expect(figureOf('netra_sent_bytes_total')).toBeGreaterThan(1_000);
  expect(figureOf('netra_frames_received_total')).toBe(1);
  expect(figureOf('netra_connections_open')).toBe(0);
  expect(figureOf('netra_queued_bytes')).toBe(0);
  expect(figureOf('netra_auth_circuit_state{state="closed"}')).toBe(1);
});

it('nothing of the conversation is in them', () => {
  for (const secret of ['business', 'thr_', 'con_', 'att_', 'example.com'])
    expect(text).not.toContain(secret);
});

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const RULES = pathOf('deploy/alerts/netra.rules.yml');

it('every metric that an alert asks for is one that a gateway has', async () => {
  const rules = await readFile(RULES, 'utf8');
  const asked = [...rules.matchAll(/\b(?:netra|nodejs|process)_[a-z0-9_]+/g)].map(([name]) =>
    name.replace(/_(?:bucket|sum|count)$/, ''),
  );
  const had = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !had.has(name))).toEqual([]);
});

it('every alert ends in the command to run, and is in the handbook', async () => {
  const [rules, handbook] = await Promise.all([
    readFile(RULES, 'utf8'),
    readFile(pathOf('docs/operating.md'), 'utf8'),
  ]);
  const alerts = rules.split(/- alert: /).slice(1);
  expect(alerts.length).toBeGreaterThan(10);
  for (const alert of alerts) {
    const name = alert.split('\n')[0] ?? '';
    expect(alert, name).toMatch(/runbook: '.*[Rr]un: netra (?:why|doctor) .*'\n/);
    expect(handbook, name).toContain(`\`${name}\``);
  }
});

const promtool = findPromtool();
// Where Prometheus is not installed there is nobody to ask; CI sets NETRA_REQUIRE_ALL and fails instead.
it.runIf(promtool !== undefined)('promtool has nothing to say against them', () => {
  expect(checkMetrics(promtool ?? '', text)).toBe('');
});

it.runIf(promtool !== undefined)('alerts fire when they should, and only then', () => {
  const tests = pathOf('deploy/alerts/netra.rules.test.yml');
  expect(checkRules(promtool ?? '', { rules: RULES, tests })).toBe('');
});
