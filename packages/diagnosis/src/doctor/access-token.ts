import { E2E_KEY_HEADER, tokenResponseSchema } from '@netra/protocol';
import type { DoctorVisit } from './doctor-context.ts';
import { readAnswer } from './read-answer.ts';
import { DoctorRefusal } from './refusal.ts';

/** The token that was given, or one of a seeded user, asked for once. */
export function createAccessToken(visit: DoctorVisit, signal: AbortSignal): () => Promise<string> {
  let pending: Promise<string> | undefined;
  return () => {
    pending ??= takeToken(visit, { signal });
    return pending;
  };
}

/** One of a seeded user, or the given token. Rejects with a `DoctorRefusal`. */
export async function takeToken(
  { url, network, credential }: DoctorVisit,
  { signal, userId }: { signal: AbortSignal; userId?: string },
): Promise<string> {
  if (credential === undefined) throw new Error('There is neither a token nor a key of end-to-end tests');
  if (credential.kind === 'access_token') return credential.value;
  const response = await network.fetch(`${url}/auth/e2e/token`, {
    method: 'POST',
    headers: { [E2E_KEY_HEADER]: credential.value, 'Content-Type': 'application/json' },
    body: JSON.stringify(userId === undefined ? {} : { user_id: userId }),
    signal,
  });
  const answer = await readAnswer(response);
  const parsed = tokenResponseSchema.safeParse(answer.json);
  if (!response.ok || !parsed.success) throw new DoctorRefusal(answer);
  return parsed.data.access_token;
}
