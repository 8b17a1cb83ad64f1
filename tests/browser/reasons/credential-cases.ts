import { once } from 'node:events';
import { LIMITS, type ReasonCode } from '@netra/protocol';
import { WebSocket } from 'ws';
import type { BrowserCase, NotMet } from './browser-case.ts';
import type { BrowserRig } from './browser-rig.ts';

const FOR_SERVICES: NotMet = { notMet: 'a page never calls this address' };

/** What a page is refused for because of who it says that it is. */
export const credentialCases = {
  // Where something between takes the header away.
  credential_missing: async (rig) =>
    (await rig.guest()).open({
      isRefused: true,
      prepare: (page) =>
        page.route('**/v1/ws/ticket', async (route) => {
          const { authorization: _, ...headers } = await route.request().allHeaders();
          await route.continue({ headers });
        }),
    }),
  credential_in_url: { notMet: 'the client has no way to put a credential into a URL' },
  credential_ambiguous: (rig) =>
    withUpgrade(rig, addLine('Authorization: Bearer of-a-gate-that-signs-in-by-itself')),
  token_too_large: (rig) => withToken(rig, (userId) => rig.token(userId) + 'a'.repeat(LIMITS.maxTokenBytes)),
  token_malformed: (rig) => withToken(rig, () => 'nonsense'),
  token_algorithm_refused: (rig) => withToken(rig, (userId) => rig.token(userId, {}, { alg: 'none' })),
  token_key_unknown: (rig) => withToken(rig, () => rig.tokenOfUnknownKey()),
  token_signature_invalid: (rig) => withToken(rig, (userId) => withOtherSignature(rig.token(userId))),
  token_not_yet_valid: (rig) => withToken(rig, (userId) => rig.token(userId, { nbf: inSeconds(rig, 300) })),
  token_issuer_untrusted: (rig) =>
    withToken(rig, (userId) => rig.token(userId, { iss: 'https://evil.example' })),
  token_audience_wrong: (rig) => withToken(rig, (userId) => rig.token(userId, { aud: 'another' })),
  token_environment_wrong: (rig) => withToken(rig, (userId) => rig.token(userId, { env: 'staging' })),
  token_type_wrong: (rig) => withToken(rig, (userId) => rig.token(userId, {}, { typ: 'JWT' })),
  token_claim_missing: (rig) => withToken(rig, (userId) => rig.token(userId, { jti: undefined })),
  token_user_mismatch: {
    notMet: 'a renewal that is refused leaves the connection as it was: there is nothing to show',
  },
  permission_missing: (rig) => withToken(rig, (userId) => rig.token(userId, { permissions: [] })),
  ticket_unknown: {
    notMet: 'of a ticket that the gateway does not know it keeps no refusal: the client goes around by SSE',
  },
  ticket_used: (rig) =>
    withUpgrade(rig, async (head) => {
      // Whoever read it on the way was faster, and got in.
      const offered = headerIn(head, 'sec-websocket-protocol').split(', ');
      const thief = new WebSocket(`${rig.stack.url.replace('http', 'ws')}/ws`, offered, {
        origin: rig.stack.url,
      });
      await once(thief, 'open');
      thief.close();
      return head;
    }),
  ticket_expired: (rig) =>
    withUpgrade(rig, (head) => {
      rig.stack.advance(LIMITS.ticketLifeMs + 1);
      return head;
    }),
  ticket_binding_wrong: (rig) => withUpgrade(rig, (head) => head.replace(/^origin:.*\r\n/im, '')),
  origin_not_allowed: (rig) =>
    withUpgrade(rig, (head) => head.replace(/^origin:.*$/im, 'Origin: https://evil.example')),
  e2e_key_invalid: FOR_SERVICES,
  service_credential_invalid: FOR_SERVICES,
} satisfies Partial<Record<ReasonCode, BrowserCase | NotMet>>;

/** The page is given this token in place of its own. */
async function withToken(rig: BrowserRig, token: (userId: string) => string) {
  const visitor = await rig.guest();
  return visitor.open({ isRefused: true, token: () => token(visitor.userId) });
}

/** Something between changes the first upgrade of the page, or does something before it. */
export async function withUpgrade(rig: BrowserRig, rewrite: (head: string) => string | Promise<string>) {
  const visitor = await rig.guest();
  const proxy = await rig.proxy();
  proxy.rewrite = rewrite;
  return visitor.open({ proxy, isRefused: true });
}

function addLine(line: string): (head: string) => string {
  return (head) => head.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);
}

function headerIn(head: string, name: string): string {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
}

function inSeconds(rig: BrowserRig, seconds: number): number {
  return Math.floor(rig.stack.now() / 1000) + seconds;
}

function withOtherSignature(token: string): string {
  const [header, claims, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return `${header}.${claims}.${bytes.toString('base64url')}`;
}
