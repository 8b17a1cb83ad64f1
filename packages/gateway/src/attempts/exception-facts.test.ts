import { expect, test } from 'vitest';
import { exceptionFacts } from './exception-facts.ts';

function thrown(stack: string): Error {
  const error = new TypeError('with a secret in it');
  error.stack = `TypeError: with a secret in it\n${stack}`;
  return error;
}

test.each([
  [
    'the sources',
    '    at check (file:///home/me/work/netra/packages/gateway/src/admission/ladder.ts:40:11)',
    'gateway/src/admission/ladder.ts:40',
  ],
  [
    'the build of an installation',
    '    at async x (file:///srv/node_modules/@netra/token/dist/verify.js:7:3)',
    'token/dist/verify.js:7',
  ],
  [
    'the nearest of ours',
    '    at Pool.query (/srv/node_modules/pg-pool/index.js:45:11)\n    at f (/srv/packages/gateway/src/tickets/tickets.ts:9:1)',
    'gateway/src/tickets/tickets.ts:9',
  ],
  ['somebody else', '    at Pool.query (/srv/node_modules/pg-pool/index.js:45:11)', 'pg-pool/index.js:45'],
])('names the place of an exception in %s, without the machine', (_name, stack, location) => {
  expect(exceptionFacts(thrown(stack), '1.2.3')).toEqual({ name: 'TypeError', location, release: '1.2.3' });
});

test('keeps what is known of something thrown that is no error', () => {
  expect(exceptionFacts('a text', undefined)).toEqual({ name: 'unknown' });
});
