import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { secretFault } from './secret-fault.ts';

const codeOf = (secret: string | Uint8Array) =>
  secretFault(typeof secret === 'string' ? Buffer.from(secret) : secret)?.code;

test('what generators make is accepted, as bytes, base64 and hexadecimal', () => {
  for (let at = 0; at < 200; at += 1) {
    // Random-looking, but the same in every run: by chance a text can hold a word.
    const bytes = createHash('sha256').update(`sample ${at}`).digest();
    expect(codeOf(bytes)).toBeUndefined();
    expect(codeOf(bytes.toString('base64'))).toBeUndefined();
    expect(codeOf(bytes.toString('base64url'))).toBeUndefined();
    expect(codeOf(bytes.toString('hex'))).toBeUndefined();
  }
});

test.each([
  ['short', 'nothing', ''],
  ['short', '31 bytes', 'f4Zq0bYxT1uLk8mWc2RjVd7nHs5oPaE'],
  [undefined, '32 bytes', 'f4Zq0bYxT1uLk8mWc2RjVd7nHs5oPaEi'],
  ['known', "FastAPI's tutorial", '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'],
  ['known', "Spring Boot's tutorial", '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970'],
  ['weak', "Supabase's default", 'super-secret-jwt-token-with-at-least-32-characters-long'],
  ['weak', "jwt.io's", 'a-string-secret-at-least-256-bits-long'],
  ['weak', 'words in capitals', 'f4Zq0bYxT1uLk8mWc2RjVd7nCHANGEME'],
  ['weak', 'words with a space', 'f4Zq0bYxT1uLk8mWc2RjVd7nchange me'],
  ['weak', 'the other word for it', 'f4Zq0bYxT1uLk8mWc2RjVd7nHpasswd1'],
  ['weak', 'a phrase', 'f4Zq0bYxT1uLk8mWc2RjVd7n-your-key'],
  ['weak', 'digits in a row', 'f4Zq0bYxT1uLk8mWc2RjVd7n12345678'],
  ['weak', 'one letter', 'k'.repeat(40)],
  ['weak', 'nine letters mixed', 'zkwvmqpxj'.repeat(2) + 'jxpqmvwkz'.repeat(2)],
  [undefined, 'ten letters mixed', 'zkwvmqpxjt'.repeat(2) + 'tjxpqmvwkz'.repeat(2)],
  ['weak', 'one piece twice', 'f4Zq0bYxT1uLk8mWf4Zq0bYxT1uLk8mW'],
  ['weak', 'one piece twice and a half', 'f4Zq0bYxT1uLk8f4Zq0bYxT1uLk8f4Zq0bY'],
  [undefined, 'one piece less than twice', 'f4Zq0bYxT1uLk8mWcf4Zq0bYxT1uLk8m'],
])('%s: %s', (code, _name, secret) => {
  expect(codeOf(secret)).toBe(code);
});

test('a word counts among bytes that are no text', () => {
  expect(codeOf(Buffer.concat([randomBytes(40), Buffer.from('password'), Buffer.from([0xff])]))).toBe('weak');
});

test('the message says what is wrong and no part of the secret', () => {
  expect(secretFault(Buffer.from('hunter2'))?.message).toBe('it has 7 bytes; 32 is the least');
  expect(secretFault(Buffer.from('hunter2hunter2-example-hunter2-hunter2'))?.message).not.toContain(
    'hunter2',
  );
});
