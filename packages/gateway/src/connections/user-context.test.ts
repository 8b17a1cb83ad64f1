import type { Identity } from '@netra/token';
import { expect, test } from 'vitest';
import { createUserContext } from './user-context.ts';

// Only the verifier makes one: this stands for what it gave.
const identityOf = (userId: string) =>
  ({
    userId,
    sessionId: 'ses_1',
    issuer: 'https://issuer.example',
    jti: 'jti_1',
    roles: ['user'],
    permissions: ['chat', 'ops:read'],
    issuedAtMs: 0,
    expiresAtMs: 1,
    deadlineMs: 1,
  }) as unknown as Identity;

const active = (permissions: ('chat' | 'ops:read')[]) =>
  ({ kind: 'active', roles: ['user'], permissions }) as const;

test('connections of one token share what they have in common, as long as the directory says the same', () => {
  const identity = identityOf('ada');
  const status = active(['chat', 'ops:read']);
  const first = createUserContext({ identity, status, traceId: 'con_1' });
  const second = createUserContext({ identity, status, traceId: 'con_2' });
  expect(second).toEqual({ ...first, traceId: 'con_2' });
  expect(second.turnUser).toBe(first.turnUser);
});

test('a right that the directory took is gone for the next connection of the same token', () => {
  const identity = identityOf('ada');
  const before = createUserContext({ identity, status: active(['chat', 'ops:read']), traceId: 'con_1' });
  const after = createUserContext({ identity, status: active(['chat']), traceId: 'con_2' });
  expect(before.permissions).toEqual(['chat', 'ops:read']);
  expect(after.permissions).toEqual(['chat']);
  expect(after.turnUser.permissions).toEqual(['chat']);
});

test('two users never share, though their directory entry were the same object', () => {
  const status = active(['chat']);
  const [ada, bob] = ['ada', 'bob'].map((userId) =>
    createUserContext({ identity: identityOf(userId), status, traceId: 'con_1' }),
  );
  expect([ada?.turnUser.userId, bob?.turnUser.userId]).toEqual(['ada', 'bob']);
  expect([ada?.token.userId, bob?.token.userId]).toEqual(['ada', 'bob']);
});
