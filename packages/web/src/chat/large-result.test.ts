import { NetraError, type RestRequest } from '@netra/client';
import { describe, expect, test } from 'vitest';
import { beginningOf, fetchLargeResult } from './large-result.ts';

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
    const url = '/v1/runs/run_1/tools/call_1/result';
    expect(await fetchLargeResult(client, { url })).toBe('{\n  "hits": [\n    1\n  ]\n}');
    expect(client.paths).toEqual([url]);
  });

  test.each([
    'https://evil.example/v1/x',
    '//evil.example/v1/x',
    '.evil.example',
    '/v1/../auth/token',
    '/v1/\\x',
  ])('never sends the token to %s', async (url) => {
    const client = answering({});
    await expect(fetchLargeResult(client, { url })).rejects.toBeInstanceOf(NetraError);
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
