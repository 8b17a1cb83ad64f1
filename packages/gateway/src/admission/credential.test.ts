import { expect, test } from 'vitest';
import { findCredential, readSubprotocols, ticketOf } from './credential.ts';
import { presentedToken } from './presented-token.ts';

const none = { url: '/ws', headers: {}, authorizationCount: 0, subprotocols: [] };

test.each(['token', 'ACCESS_TOKEN', 'ticket', 'jwt'])(
  'a query parameter %s is a credential in the URL',
  (name) => {
    expect(findCredential({ ...none, url: `/ws?${name}=x` })).toMatchObject({
      refusal: { code: 'credential_in_url' },
    });
  },
);

test('other query parameters are none', () => {
  expect(findCredential({ ...none, url: '/ws?cursor=abc' })).toMatchObject({
    refusal: { code: 'credential_missing' },
  });
});

test('a proxy that adds basic authentication does not stand in the way of a ticket', () => {
  const found = findCredential({
    ...none,
    headers: { authorization: 'Basic YTpi' },
    authorizationCount: 1,
    subprotocols: ['netra.v1', 'ticket.t'],
  });
  expect(found).toEqual({ ok: true, value: { carrier: 'subprotocol_ticket', ticket: 't' } });
});

test.each(['Bearer a, Bearer b', 'Bearer a,Basic YTpi', 'Basic YTpi, bearer a', 'Bearer a, Bearer'])(
  'two credentials that a proxy joined are ambiguous: %s',
  (authorization) => {
    expect(findCredential({ ...none, headers: { authorization }, authorizationCount: 1 })).toMatchObject({
      refusal: { code: 'credential_ambiguous' },
    });
  },
);

test('the scheme is read in any case', () => {
  const found = findCredential({
    ...none,
    headers: { authorization: 'bearer a.b.c' },
    authorizationCount: 1,
  });
  expect(found).toEqual({ ok: true, value: { carrier: 'authorization_header', token: 'a.b.c' } });
});

test.each(['', 'netra.v2', 'netra.v1, netra.v1', 'netra.v1, a b'])(
  'the offer "%s" is not supported',
  (header) => {
    expect(readSubprotocols(header)).toMatchObject({ refusal: { code: 'subprotocol_unsupported' } });
  },
);

test('only an unambiguous ticket is remembered', () => {
  expect(ticketOf('netra.v1, ticket.a')).toBe('a');
  expect(ticketOf('netra.v1, ticket.a, ticket.b')).toBeUndefined();
  expect(ticketOf(undefined)).toBeUndefined();
});

test('what a token says of itself is kept without subject, session or signature', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'ES256', kid: 'k' })}.${part({ sub: 'ada', sid: 's', exp: 0, iss: 'i' })}.signature`;
  expect(presentedToken(token)).toEqual({
    algorithm: 'ES256',
    key_id: 'k',
    issuer: 'i',
    expires_at: '1970-01-01T00:00:00.000Z',
  });
  expect(presentedToken('nonsense')).toBeUndefined();
});
