import { randomUUID } from 'node:crypto';
import { LIMITS, type ReasonCode } from '@netra/protocol';
import { openAccount } from '../../kit/account.ts';
import { rawExchange, upgradeText } from '../../kit/raw-exchange.ts';
import type { RawSocket } from '../../kit/raw-socket.ts';
import type { Provoked, Provoker } from './provoked.ts';
import type { ReasonRig } from './reason-rig.ts';
import { SCRIPT } from './scripted-agent.ts';

const LOOKUPS_PER_MINUTE = 30;
const MAX_API_KEYS = 50;

/** What is asked for. */
export const requestProvokers = {
  request_malformed: (rig) => rig.upgrade({ 'Sec-WebSocket-Key': 'short' }),
  subprotocol_unsupported: (rig) => rig.upgrade({ 'Sec-WebSocket-Protocol': 'soap' }),
  upgrade_missing: async (rig) => ({ ...(await rig.request('/ws')), isRecorded: true }),
  async headers_too_large(rig) {
    const { url } = rig.stack;
    const answer = await rawExchange(url, upgradeText({ url, headers: { 'X-Large': 'x'.repeat(40_000) } }));
    return { via: 'http', status: answer.status, problem: answer.problem(), isRecorded: false };
  },
  thread_unknown: (rig) => rig.request('/v1/threads/thr_of_nobody', { token: rig.token() }),
  run_unknown: (rig) => rig.request('/v1/runs/run_of_nobody', { token: rig.token() }),
  agent_unknown: (rig) =>
    rig.request('/v1/threads', { method: 'POST', token: rig.token(), body: { agent: 'nobody' } }),
  approval_unknown: (rig) =>
    withSocket(rig, async (socket) => {
      socket.send({ type: 'user_message', id: randomUUID(), text: 'hello' });
      const { run_id = '' } = await socket.next('ack');
      socket.send({
        type: 'decide_approval',
        id: 'b',
        run_id,
        approval_id: 'apr_of_nobody',
        decision: 'approve',
      });
    }),
  attempt_unknown: (rig) => rig.request('/v1/attempts/att_of_nobody'),
  route_unknown: (rig) => rig.upgrade({ Authorization: `Bearer ${rig.token()}` }, '/nowhere'),
  method_not_allowed: (rig) => rig.request('/v1/agents', { method: 'DELETE', token: rig.token() }),
  run_in_progress: (rig) =>
    withSocket(rig, async (socket) => {
      socket.send({ type: 'user_message', id: randomUUID(), text: SCRIPT.hang });
      const { thread_id = '' } = await socket.next('ack');
      socket.send({ type: 'user_message', id: randomUUID(), text: 'hello', thread_id, overlap: 'reject' });
    }),
  idempotency_conflict: (rig) =>
    withSocket(rig, async (socket) => {
      socket.send({ type: 'user_message', id: 'same', text: 'hello' });
      await socket.next('ack');
      socket.send({ type: 'user_message', id: 'same', text: 'good bye' });
    }),
  body_too_large: (rig) =>
    rig.request('/v1/threads', {
      method: 'POST',
      token: rig.token(),
      body: { title: 'x'.repeat(LIMITS.maxBodyBytes) },
    }),
  message_invalid: (rig) =>
    rig.request('/v1/threads', { method: 'POST', token: rig.token(), body: { title: 7 } }),
  frame_type_unknown: (rig) =>
    // What no client of ours would send.
    withSocket(rig, async (socket) => socket.send({ type: 'dance' } as never)),
  async rate_limited(rig) {
    for (let count = 0; count < LOOKUPS_PER_MINUTE; count++) await rig.request('/v1/attempts/att_of_nobody');
    const provoked = await rig.request('/v1/attempts/att_of_nobody');
    rig.stack.advance(60_000);
    return provoked;
  },
  async connection_limit(rig) {
    const userId = await rig.addUser();
    const open = Array.from({ length: LIMITS.maxConnectionsPerUser }, () => rig.connect(userId));
    const sockets = await Promise.all(open);
    const provoked = await rig.upgradeWith(rig.token(userId));
    for (const socket of sockets) socket.close();
    return provoked;
  },
  async quota_exceeded(rig) {
    const { sessionToken } = await openAccount(rig.stack.url);
    const create = { method: 'POST', token: sessionToken, headers: { origin: rig.stack.url } };
    for (let count = 0; count < MAX_API_KEYS; count++) {
      await rig.json('/auth/api-keys', { ...create, body: { name: `key ${count}` } });
    }
    return rig.request('/auth/api-keys', { ...create, body: { name: 'one more' } });
  },
} satisfies Partial<Record<ReasonCode, Provoker>>;

/** The `error` frame that follows. */
async function withSocket(rig: ReasonRig, act: (socket: RawSocket) => Promise<void>): Promise<Provoked> {
  const socket = await rig.connect();
  await act(socket);
  const frame = await socket.next('error');
  socket.close();
  return { via: 'frame', frame };
}
