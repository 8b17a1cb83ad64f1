import { PROBLEM_MEDIA_TYPE, problemSchema } from '@netra/protocol';
import { parseAnswer, rawUpgrade } from './raw-upgrade.ts';

/** What each door says to one credential: a code, or `ok`. */
export interface Verdicts {
  readonly validate: string;
  readonly threads: string;
  readonly ticket: string;
  readonly ws: string;
}

/**
 * Shows one `Authorization` header, or none, at the four doors, each with this query. Every refusal must be a problem.
 */
export async function verdictsOf(
  url: string,
  authorization: string | undefined,
  query = '',
): Promise<Verdicts> {
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
  const ask = async (path: string, method: string): Promise<string> => {
    const answer = await fetch(url + path + query, { method, headers });
    return codeOf(answer.status, answer.headers.get('content-type') ?? '', await answer.text());
  };
  const [validate, threads, ticket, upgrade] = await Promise.all([
    ask('/auth/validate', 'GET'),
    ask('/v1/threads', 'GET'),
    ask('/v1/ws/ticket', 'POST'),
    rawUpgrade(url, headers, `/ws${query}`).then(parseAnswer),
  ]);
  const contentType = upgrade.headers.get('content-type') ?? '';
  return { validate, threads, ticket, ws: codeOf(upgrade.status, contentType, upgrade.body) };
}

/** The same verdict at all of them. */
export function everywhere(code: string): Verdicts {
  return { validate: code, threads: code, ticket: code, ws: code };
}

function codeOf(status: number, contentType: string, body: string): string {
  if (status < 300) return 'ok';
  if (!contentType.includes(PROBLEM_MEDIA_TYPE)) return `${status} without a problem`;
  return problemSchema.parse(JSON.parse(body)).code;
}
