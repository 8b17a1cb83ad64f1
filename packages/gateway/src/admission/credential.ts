import type { IncomingHttpHeaders } from 'node:http';
import {
  BEARER_SUBPROTOCOL_PREFIX,
  bearerOf,
  carrierFault,
  refusal,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
} from '@netra/protocol';
import type { StepResult } from '../attempts/attempt.ts';

export type Credential =
  | { carrier: 'authorization_header' | 'subprotocol_bearer'; token: string }
  | { carrier: 'subprotocol_ticket'; ticket: string };

/** RFC 9110 §5.6.2. */
const HEADER_TOKEN_PATTERN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export interface CredentialSource {
  /** The path and query as requested. */
  url: string;
  headers: Pick<IncomingHttpHeaders, 'authorization'>;
  /** How many `Authorization` lines came: Node keeps the first and drops the rest silently. */
  authorizationCount: number;
  /** What was offered in `Sec-WebSocket-Protocol`; empty over plain HTTP. */
  subprotocols: readonly string[];
}

/** The one credential of a request. Cookies are never looked at. */
export function findCredential(source: CredentialSource): StepResult<Credential> {
  const { url, authorizationCount, headers } = source;
  const { authorization } = headers;
  const fault = carrierFault({ url, authorizationCount, authorization });
  if (fault !== undefined) return { ok: false, refusal: refusal(fault) };
  const token = bearerOf(authorization);
  let credential: Credential | undefined =
    token === undefined ? undefined : { carrier: 'authorization_header', token };
  for (const name of source.subprotocols) {
    const offered = credentialOfSubprotocol(name);
    if (offered === undefined) continue;
    if (credential !== undefined) return { ok: false, refusal: refusal('credential_ambiguous') };
    credential = offered;
  }
  if (credential === undefined) return { ok: false, refusal: refusal('credential_missing') };
  return { ok: true, value: credential };
}

/** What the client offered, in order. Refuses syntax that `ws` would answer in its own words. */
export function readSubprotocols(header: string | undefined): StepResult<string[]> {
  if (header === undefined) return { ok: true, value: [] };
  const offered = header.split(',').map((part) => part.trim());
  if (!offered.every((name) => HEADER_TOKEN_PATTERN.test(name))) {
    return { ok: false, refusal: refusal('subprotocol_unsupported', 'Sec-WebSocket-Protocol is malformed.') };
  }
  if (offered.filter((name) => name === SUBPROTOCOL).length !== 1) {
    return { ok: false, refusal: refusal('subprotocol_unsupported') };
  }
  return { ok: true, value: offered };
}

/** The ticket of an upgrade, where it carries exactly one: its refusals are kept for the client to ask for. */
export function ticketOf(subprotocolHeader: string | undefined): string | undefined {
  const tickets = (subprotocolHeader ?? '')
    .split(',')
    .map((part) => credentialOfSubprotocol(part.trim()))
    .flatMap((credential) => (credential !== undefined && 'ticket' in credential ? [credential.ticket] : []));
  return tickets.length === 1 ? tickets[0] : undefined;
}

function credentialOfSubprotocol(name: string): Credential | undefined {
  if (name.startsWith(TICKET_SUBPROTOCOL_PREFIX)) {
    return { carrier: 'subprotocol_ticket', ticket: name.slice(TICKET_SUBPROTOCOL_PREFIX.length) };
  }
  if (name.startsWith(BEARER_SUBPROTOCOL_PREFIX)) {
    return { carrier: 'subprotocol_bearer', token: name.slice(BEARER_SUBPROTOCOL_PREFIX.length) };
  }
  return undefined;
}
