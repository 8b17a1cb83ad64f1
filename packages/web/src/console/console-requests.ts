import type { NetraClient } from '@netra/client';
import type {
  ExplanationBody,
  IncidentBody,
  OpsAttempt,
  OpsKeys,
  OpsRefusals,
  OpsStatus,
  Page,
} from '@netra/protocol';

/** What the console asks of the server. Each throws `NetraError`. */
export const readStatus = (client: NetraClient, signal: AbortSignal) =>
  client.request<OpsStatus>({ path: '/v1/ops/status', signal });

export const readRefusals = (client: NetraClient, signal: AbortSignal) =>
  client.request<OpsRefusals>({ path: '/v1/ops/refusals', signal });

export const readRefusalsSince = (client: NetraClient, since: string, signal: AbortSignal) =>
  client.request<OpsRefusals>({ path: '/v1/ops/refusals', query: { since }, signal });

export const readKeys = (client: NetraClient, signal: AbortSignal) =>
  client.request<OpsKeys>({ path: '/v1/ops/keys', signal });

export const readIncidents = async (client: NetraClient, signal: AbortSignal) =>
  (await client.request<{ items: IncidentBody[] }>({ path: '/v1/ops/incidents', signal })).items;

/** The names of the query of `GET /v1/ops/attempts`. */
export interface AttemptQuery {
  readonly code?: string | undefined;
  readonly root_cause?: string | undefined;
  readonly user_id?: string | undefined;
  readonly since?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number;
}

export const readAttempts = (client: NetraClient, query: AttemptQuery, signal: AbortSignal) =>
  client.request<Page<OpsAttempt>>({ path: '/v1/ops/attempts', query: { ...query }, signal });

const pathOf = (id: string) => `/v1/ops/attempts/${encodeURIComponent(id)}`;

export const readAttempt = (client: NetraClient, id: string, signal: AbortSignal) =>
  client.request<OpsAttempt>({ path: pathOf(id), signal });

export const readExplanation = (client: NetraClient, id: string, signal: AbortSignal) =>
  client.request<ExplanationBody>({ path: `${pathOf(id)}/explanation`, signal });

export const readReport = (client: NetraClient, id: string, signal: AbortSignal) =>
  client.request<string>({
    path: `${pathOf(id)}/explanation`,
    headers: { accept: 'text/markdown' },
    answer: 'text',
    signal,
  });
