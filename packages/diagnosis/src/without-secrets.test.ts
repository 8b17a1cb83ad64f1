import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from './attempt.ts';
import type { Evidence } from './evidence.ts';
import type { ClosedConnection, FailedRun } from './subject.ts';
import { holdsSecret, REMOVED, withoutSecrets } from './without-secrets.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----';

describe('withoutSecrets', () => {
  it.each([
    ['a token', 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl'],
    ['a header', 'authorization: Bearer abcdefghijkl'],
    ['basic credentials', 'Basic dXNlcjpwYXNzd29yZA=='],
    ['a ticket', 'ticket.Zm9vYmFyYmF6cXV4Zm9v'],
    ['a private key', PEM],
    ['the key of a provider', 'sk-abcdefghijklmnopqrstuvwx'],
    ['the password of a URL', 'postgres://netra:hunter2@db:5432/netra'],
    ['a parameter', 'password=hunter2 refused'],
  ])('removes %s', (_name, text) => {
    expect(holdsSecret({ deep: [{ text }] })).toBe(true);
    expect(JSON.stringify(withoutSecrets({ deep: [{ text }] }))).toContain(REMOVED);
    expect(JSON.stringify(withoutSecrets(text))).not.toMatch(
      /hunter2|c2lnbmF0dXJl|abcdefghijkl|MIGH|dXNlcjpw|Zm9v/,
    );
  });

  it.each([
    'JWT_SECRET_STAGING',
    'check value 4f1d09ac37be',
    'kid NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    'att_01J9ZK3T7N8Q4',
    'postgres://db:5432/netra',
    'connect ECONNREFUSED 127.0.0.1:8081',
  ])('leaves %s as it is', (text) => expect(withoutSecrets(text)).toBe(text));
});

/** Names under which a text would be a credential or what somebody wrote, at any depth. */
type Forbidden =
  | 'token'
  | 'ticket'
  | 'secret'
  | 'password'
  | 'authorization'
  | 'cookie'
  | 'text'
  | 'arguments'
  | 'result';
/** The names of `T`, at any depth, that are forbidden and hold a text. */
type Leaks<T> = T extends readonly (infer Item)[]
  ? Leaks<Item>
  : T extends object
    ? {
        [Key in keyof T]-?: Key extends Forbidden
          ? Extract<T[Key], string> extends never
            ? Leaks<NonNullable<T[Key]>>
            : Key
          : Leaks<NonNullable<T[Key]>>;
      }[keyof T]
    : never;

type HasNone<T> = [Leaks<T>] extends [never] ? true : false;

it('has no place in the types for a credential or a message text', () => {
  // Does not compile when a forbidden name appears.
  const evidence: HasNone<Evidence> = true;
  const attempt: HasNone<AttemptRecord> = true;
  const connection: HasNone<ClosedConnection> = true;
  const run: HasNone<FailedRun> = true;
  const planted: HasNone<{ readonly deep: readonly { readonly password?: string }[] }> = false;
  expect([evidence, attempt, connection, run, planted]).toEqual([true, true, true, true, false]);
});
