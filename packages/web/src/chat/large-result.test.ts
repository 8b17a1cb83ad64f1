import { NetraError, type RestRequest } from '@netra/client';
import { describe, expect, test } from 'vitest';
import { beginningOf, fetchLargeResult } from './large-result.ts';

const BASE_URL = 'https://netra.example';

/** A client that answers every request with `answer`. */
function answering(answer: unknown) {
  const paths: string[] = [];
  return {
    paths,
    // The caller of `request` names the shape of the answer.
    request: async <Body>({ path }: RestRequest) => {
      paths.push(path);
      return answer as Body;
    },
  };
}

describe('fetching a large result', () => {
  test('asks the API for it and gives it as indented JSON', async () => {
    const client = answering({ hits: [1] });
    const path = '/v1/runs/run_1/tools/call_1/result';
    const text = '{\n  "hits": [\n    1\n  ]\n}';
    expect(await fetchLargeResult(client, { url: `${BASE_URL}${path}` }, BASE_URL)).toBe(text);
    // As servers told it before.
    expect(await fetchLargeResult(client, { url: path }, BASE_URL)).toBe(text);
    expect(client.paths).toEqual([path, path]);
  });

  test('knows our own machine by its other names', async () => {
    const client = answering(1);
    await fetchLargeResult(client, { url: 'http://localhost:8080/v1/x' }, 'http://127.0.0.1:8080');
    expect(client.paths).toEqual(['/v1/x']);
  });

  test.each([
    'https://evil.example/v1/x',
    '//evil.example/v1/x',
    '.evil.example',
    '/v1/../auth/token',
    '/v1/\\x',
    `${BASE_URL}.evil.example/v1/x`,
    `${BASE_URL}@evil.example/v1/x`,
    `${BASE_URL}/auth/token`,
    `${BASE_URL}/v1/%2e%2e/auth/token`,
    `${BASE_URL}:8443/v1/x`,
    'http://netra.example/v1/x',
    'https://ada@netra.example/v1/x',
    'http://localhost/v1/x',
    'http://[/v1/x',
    `${BASE_URL}/v1/../auth/token`,
    `${BASE_URL}${BASE_URL}/v1/x`,
  ])('never sends the token to %s', async (url) => {
    const client = answering({});
    await expect(fetchLargeResult(client, { url }, BASE_URL)).rejects.toBeInstanceOf(NetraError);
    expect(client.paths).toEqual([]);
  });
});

describe('the beginning of a text', () => {
  test('is all of it when it fits', () => {
    expect(beginningOf('abc', 3)).toBe('abc');
  });

  test('ends at the limit', () => {
    expect(beginningOf('abcd', 3)).toBe('abc');
    expect(beginningOf('x'.repeat(200_001))).toHaveLength(200_000);
  });

  test('never ends in half a character', () => {
    expect(beginningOf('ab😀', 3)).toBe('ab');
    expect(beginningOf('a😀b', 3)).toBe('a😀');
  });
});
