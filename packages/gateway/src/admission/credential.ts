import type { IncomingHttpHeaders } from 'node:http';
import { BEARER_SUBPROTOCOL_PREFIX, refusal, SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from '@netra/protocol';
import type { StepResult } from '../attempts/attempt.ts';

export type Credential =
  | { carrier: 'authorization_header' | 'subprotocol_bearer'; token: string }
  | { carrier: 'subprotocol_ticket'; ticket: string };

/** Names under which people put tokens into URLs; a value that looks like a JWT counts under any name. */
const CREDENTIAL_PARAMETERS: ReadonlySet<string> = new Set([
  'access_token',
  'authorization',
  'bearer',
  'id_token',
  'jwt',
  'ticket',
  'token',
]);
const JWT_PATTERN = /^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\./;
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
  if (hasCredentialInUrl(source.url)) return { ok: false, refusal: refusal('credential_in_url') };
  if (source.authorizationCount > 1) return { ok: false, refusal: refusal('credential_ambiguous') };
  const [credential, ...others] = [
    ...bearerOf(source.headers.authorization),
    ...source.subprotocols.flatMap(credentialOfSubprotocol),
  ];
  if (others.length > 0) return { ok: false, refusal: refusal('credential_ambiguous') };
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
    .flatMap((part) => credentialOfSubprotocol(part.trim()))
    .flatMap((credential) => ('ticket' in credential ? [credential.ticket] : []));
  return tickets.length === 1 ? tickets[0] : undefined;
}

/** Schemes other than Bearer are somebody else's (a proxy's basic authentication) and no credential here. */
function bearerOf(header: string | undefined): Credential[] {
  const token = /^bearer(?: +(.*))?$/i.exec(header?.trim() ?? '');
  return token === null ? [] : [{ carrier: 'authorization_header', token: token[1]?.trim() ?? '' }];
}

function credentialOfSubprotocol(name: string): Credential[] {
  if (name.startsWith(TICKET_SUBPROTOCOL_PREFIX)) {
    return [{ carrier: 'subprotocol_ticket', ticket: name.slice(TICKET_SUBPROTOCOL_PREFIX.length) }];
  }
  if (name.startsWith(BEARER_SUBPROTOCOL_PREFIX)) {
    return [{ carrier: 'subprotocol_bearer', token: name.slice(BEARER_SUBPROTOCOL_PREFIX.length) }];
  }
  return [];
}

function hasCredentialInUrl(url: string): boolean {
  const queryAt = url.indexOf('?');
  if (queryAt === -1) return false;
  for (const [name, value] of new URLSearchParams(url.slice(queryAt + 1))) {
    if (CREDENTIAL_PARAMETERS.has(name.toLowerCase()) || JWT_PATTERN.test(value)) return true;
  }
  return false;
}
