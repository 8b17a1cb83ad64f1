import { z } from 'zod';
import { AgentError } from '../agent-error.ts';

const listSchema = z.object({ data: z.array(z.object({ id: z.string().min(1) })).min(1) });
const TIMEOUT_MS = 5_000;

/**
 * The first id of `GET <baseUrl>/models`, for servers such as Ollama, vLLM or llama.cpp whose model nobody named.
 *
 * @throws {AgentError} `model_unavailable` when the server lists none.
 */
export async function firstListedModel({
  baseUrl,
  apiKey,
}: {
  baseUrl: string;
  apiKey?: string;
}): Promise<string> {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const url = `${baseUrl.replace(/\/$/, '')}/models`;
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body: unknown = await response.json().catch(() => undefined);
  const list = listSchema.safeParse(body);
  const first = list.data?.data[0];
  if (first) return first.id;
  throw new AgentError('model_unavailable', {
    detail: `The model server lists no models (HTTP ${response.status}); set NETRA_MODEL.`,
    retryable: false,
  });
}
