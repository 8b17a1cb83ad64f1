import type { RetiredKey } from '@netra/diagnosis';

/** Key ids that are remembered; the one that was seen first goes first. */
const MAX_KEYS = 200;

type Fetch = (request: Request) => Promise<Response>;

export interface KeyHistory {
  /** The same fetch, whose answers are looked at on their way. */
  watch(fetch: Fetch): Fetch;
  /** Keys that were in the key set once and are not any more, as far as this process has seen. */
  left(): RetiredKey[];
}

/** Which key ids came and went in the key set of the auth service: the set itself only says what is there now. */
export function createKeyHistory({ now }: { now: () => number }): KeyHistory {
  const seen = new Map<string, { leftAtMs: number | undefined }>();

  function note(keyIds: readonly string[]): void {
    for (const keyId of keyIds) seen.set(keyId, { leftAtMs: undefined });
    for (const [keyId, key] of seen) if (!keyIds.includes(keyId)) key.leftAtMs ??= now();
    for (const keyId of seen.keys()) {
      if (seen.size <= MAX_KEYS) break;
      seen.delete(keyId);
    }
  }

  return {
    watch: (fetch) => async (request) => {
      const response = await fetch(request);
      if (response.ok) void readKeyIds(response.clone()).then(note, () => undefined);
      return response;
    },
    left: () =>
      [...seen].flatMap(([key_id, { leftAtMs }]) =>
        leftAtMs === undefined
          ? []
          : [{ key_id, state: 'deleted' as const, at: new Date(leftAtMs).toISOString() }],
      ),
  };
}

/** Rejects for what is no key set: then nothing was seen. */
async function readKeyIds(response: Response): Promise<string[]> {
  return keyIdsOf(await response.json());
}

/** The ids in the body of a key set. Throws for what has no list of keys. */
export function keyIdsOf(body: unknown): string[] {
  const keys: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'keys') : undefined;
  if (!Array.isArray(keys)) throw new Error('no key set');
  return keys.flatMap((key: unknown) => {
    const kid: unknown = typeof key === 'object' && key !== null ? Reflect.get(key, 'kid') : undefined;
    return typeof kid === 'string' ? [kid] : [];
  });
}
