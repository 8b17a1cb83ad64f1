import type { Check } from '../check.ts';
import { readAnswer } from '../read-answer.ts';
import { refusalFinding } from '../refusal.ts';

/** The public keys can be fetched, and hold nothing that is not public. */
export const keySet: Check = {
  name: 'key_set',
  title: 'Key set',
  needs: [],
  async run(context) {
    const { url, network, signal } = context;
    const answer = await readAnswer(await network.fetch(`${url}/auth/jwks.json`, { signal }));
    const keys: unknown =
      typeof answer.json === 'object' && answer.json !== null ? Reflect.get(answer.json, 'keys') : undefined;
    if (answer.status !== 200 || !Array.isArray(keys))
      return {
        ...refusalFinding(answer, { doing: 'Fetching the key set', context }),
        root_cause: 'key_set_unreachable',
      };
    const isLeaking = keys.some(
      (key: unknown) =>
        typeof key === 'object' && key !== null && (Object.hasOwn(key, 'd') || Object.hasOwn(key, 'k')),
    );
    if (!isLeaking) return undefined;
    return {
      severity: 'error',
      message: 'The key set holds secret key material. Everybody can sign tokens: rotate the key at once.',
      command: 'netra keys rotate',
    };
  },
};
