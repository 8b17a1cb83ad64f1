import { LIMITS, type ReasonCode } from '@netra/protocol';
import { SERVICE } from '../../kit/stack.ts';
import type { Provoker } from './provoked.ts';
import type { ReasonRig } from './reason-rig.ts';

/** Who asks: tokens, tickets, keys and what stands behind them. */
export const credentialProvokers = {
  credential_missing: (rig) => rig.upgrade({}),
  credential_in_url: (rig) => rig.upgrade({}, `/ws?token=${rig.token()}`),
  credential_ambiguous: (rig) =>
    rig.upgrade({
      Authorization: `Bearer ${rig.token()}`,
      'Sec-WebSocket-Protocol': `netra.v1, bearer.${rig.token()}`,
    }),
  token_too_large: (rig) => rig.upgradeWith(rig.token() + 'a'.repeat(LIMITS.maxTokenBytes)),
  token_malformed: (rig) => rig.upgradeWith('nonsense'),
  token_algorithm_refused: (rig) => rig.upgradeWith(rig.token(rig.ada, {}, { alg: 'none' })),
  token_key_unknown: (rig) => rig.upgradeWith(rig.tokenOfUnknownKey()),
  token_signature_invalid: (rig) => rig.upgradeWith(withOtherSignature(rig.token())),
  token_not_yet_valid: (rig) => rig.upgradeWith(rig.token(rig.ada, { nbf: inSeconds(rig, 300) })),
  token_issuer_untrusted: (rig) => rig.upgradeWith(rig.token(rig.ada, { iss: 'https://evil.example' })),
  token_audience_wrong: (rig) => rig.upgradeWith(rig.token(rig.ada, { aud: 'another' })),
  token_environment_wrong: (rig) => rig.upgradeWith(rig.token(rig.ada, { env: 'staging' })),
  token_type_wrong: (rig) => rig.upgradeWith(rig.token(rig.ada, {}, { typ: 'JWT' })),
  token_claim_missing: (rig) => rig.upgradeWith(rig.token(rig.ada, { jti: undefined })),
  ticket_unknown: (rig) => upgradeByTicket(rig, 'A'.repeat(22)),
  async ticket_used(rig) {
    const ticket = await takeTicket(rig);
    // Spent on an upgrade that fails for another reason.
    await upgradeByTicket(rig, ticket, rig.stack.url);
    return upgradeByTicket(rig, ticket);
  },
  async ticket_expired(rig) {
    const ticket = await takeTicket(rig);
    rig.stack.advance(LIMITS.ticketLifeMs + 1);
    return upgradeByTicket(rig, ticket);
  },
  async ticket_binding_wrong(rig) {
    return upgradeByTicket(rig, await takeTicket(rig), rig.stack.url);
  },
  e2e_key_invalid: (rig) =>
    rig.request('/auth/e2e/token', { method: 'POST', headers: { 'X-E2E-Bypass-Key': 'a guess' }, body: {} }),
  service_credential_invalid: (rig) =>
    rig.request('/auth/service/token', {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${SERVICE.serviceId}:a guess`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    }),
  origin_not_allowed: (rig) => rig.upgrade({ Origin: 'https://evil.example' }),
  async token_user_mismatch(rig) {
    const socket = await rig.connect();
    socket.send({ type: 'renew_token', id: 'a', token: rig.token(await rig.addUser()) });
    const frame = await socket.next('error');
    socket.close();
    return { via: 'frame', frame };
  },
} satisfies Partial<Record<ReasonCode, Provoker>>;

async function takeTicket(rig: ReasonRig): Promise<string> {
  const { ticket } = await rig.json('/v1/ws/ticket', { method: 'POST', token: rig.token() });
  return String(ticket);
}

function upgradeByTicket(rig: ReasonRig, ticket: string, origin?: string) {
  return rig.upgrade({ 'Sec-WebSocket-Protocol': `netra.v1, ticket.${ticket}`, Origin: origin });
}

function inSeconds(rig: ReasonRig, seconds: number): number {
  return Math.floor(rig.stack.now() / 1000) + seconds;
}

function withOtherSignature(token: string): string {
  const [header, claims, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return `${header}.${claims}.${bytes.toString('base64url')}`;
}
