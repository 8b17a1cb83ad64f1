import { addressKey } from '@netra/service';
import { z } from 'zod';
import type { AuditLog } from '../audit/audit-log.ts';
import { requestFacts } from '../identity/request-facts.ts';
import type { AccessTokens } from '../keys/access-tokens.ts';
import type { AttemptLimit, AttemptLimits } from '../rate-limits/attempt-limits.ts';
import type { ServiceCredentials } from '../service-credentials/service-credentials.ts';
import type { Refuse } from './refuse.ts';

export interface ServiceTokenOptions {
  credentials: ServiceCredentials;
  tokens: AccessTokens;
  audit: AuditLog;
  limits: AttemptLimits;
  refuse: Refuse;
}

const grantSchema = z.object({
  grant_type: z.literal('client_credentials').default('client_credentials'),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
});

/** A gateway with a wrong secret tries again and again: one record a minute says it as well as a thousand. */
const RECORDED_REFUSALS: AttemptLimit = { max: 1, windowMs: 60_000 };

/** `POST /auth/service/token`: RFC 6749 §4.4, credentials in a form, in JSON, or as HTTP Basic. */
export function serviceTokenRoute(options: ServiceTokenOptions) {
  const { credentials, tokens, audit, limits, refuse } = options;
  return async (request: Request): Promise<Response> => {
    const { clientAddress, userAgent } = requestFacts(request.headers);
    const grant = grantSchema.safeParse(await readBody(request));
    if (!grant.success) {
      return refuse('request_malformed', {
        detail: 'grant_type must be client_credentials, with client_id and client_secret.',
      });
    }
    const { client_id: id = '', client_secret: secret = '' } = grant.data;
    const service = await credentials.verify(basicOf(request.headers) ?? { id, secret });
    if (service === undefined) {
      const key = clientAddress === undefined ? 'unknown' : addressKey(clientAddress);
      const isNew = (await limits.take(`service-credential:${key}`, RECORDED_REFUSALS)).ok;
      if (isNew)
        await audit.record({
          action: 'service_credential_refused',
          actor: { kind: 'nobody' },
          clientAddress,
          userAgent,
        });
      return refuse('service_credential_invalid');
    }
    const { token, expiresInS } = await tokens.forService(service);
    return Response.json({ access_token: token, token_type: 'Bearer', expires_in: expiresInS });
  };
}

async function readBody(request: Request): Promise<unknown> {
  const text = await request.text();
  if (!(request.headers.get('content-type') ?? '').includes('json')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
function basicOf(headers: Headers): { id: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64')
    .toString('utf8')
    .split(/:(.*)/s)
    .map((part) => new URLSearchParams(`v=${part.replaceAll('&', '%26')}`).get('v') ?? '');
  return { id, secret };
}
