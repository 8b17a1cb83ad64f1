import { expect, test } from 'vitest';
import { createClientAddress, createResolveClient, isAddressRange } from './client-address.ts';

const from = (trusted: string[], remote: string | undefined, forwarded?: string) =>
  createClientAddress(trusted)(
    remote,
    new Headers(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
  );

test('without trusted proxies X-Forwarded-For is ignored', () => {
  expect(from([], '198.51.100.7', '203.0.113.9')).toBe('198.51.100.7');
  expect(from([], '::ffff:198.51.100.7')).toBe('198.51.100.7');
  expect(from([], undefined, '203.0.113.9')).toBeUndefined();
});

test.each([
  ['one proxy', '203.0.113.9', '203.0.113.9'],
  ['what the client invented stands further left', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['proxies behind proxies are passed over', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['IPv6 with port and brackets', '[2001:db8::1]:4711', '2001:db8::1'],
  ['IPv4 with port', '203.0.113.9:4711', '203.0.113.9'],
  ['only proxies', '10.9.9.9', '10.9.9.9'],
  ['nonsense ends at the last that somebody vouches for', 'unknown, 10.9.9.9', '10.9.9.9'],
  ['an empty header', '', '10.0.0.1'],
])('behind a trusted proxy: %s', (_name, forwarded, address) => {
  expect(from(['10.0.0.0/8'], '10.0.0.1', forwarded)).toBe(address);
});

test('a peer that is no trusted proxy cannot forward', () => {
  expect(from(['10.0.0.0/8', '::1'], '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
  expect(from(['10.0.0.0/8', '::1'], '::1', '203.0.113.9')).toBe('203.0.113.9');
  expect(from(['10.0.0.0/8'], '::ffff:10.0.0.1', '203.0.113.9')).toBe('203.0.113.9');
});

test('ranges are addresses or CIDR', () => {
  for (const good of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']) expect(isAddressRange(good)).toBe(true);
  for (const bad of ['', 'proxy', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '*']) {
    expect(isAddressRange(bad)).toBe(false);
  }
});

test('what a peer forwards without being trusted is told, and not believed', () => {
  const headers = new Headers({ 'x-forwarded-for': '203.0.113.9' });
  expect(createResolveClient([])('192.0.2.1', headers)).toEqual({
    address: '192.0.2.1',
    peerAddress: '192.0.2.1',
    isTrusted: false,
    hasForwarded: true,
  });
  expect(createResolveClient(['192.0.2.1'])('192.0.2.1', headers)).toMatchObject({
    address: '203.0.113.9',
    isTrusted: true,
  });
  expect(createResolveClient(['192.0.2.1'])('192.0.2.1', new Headers())).toMatchObject({
    address: '192.0.2.1',
    hasForwarded: false,
  });
});
