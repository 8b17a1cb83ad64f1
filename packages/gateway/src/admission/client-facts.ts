import type { IncomingMessage } from 'node:http';
import type { AttemptClient, CredentialCarrier } from '@netra/diagnosis';

const MAX_FACT_CHARS = 200;
/** The closed vocabulary of `X-Client-Type`. It labels; no check looks at it. */
const CLIENT_TYPES: ReadonlySet<string> = new Set(['web', 'sdk', 'cli', 'doctor', 'test', 'bench']);

/** What a client shows of itself, bounded and without credentials. */
export function clientFacts(
  header: (name: string) => string | undefined,
  carrier?: CredentialCarrier,
): AttemptClient {
  const origin = header('origin');
  const userAgent = header('user-agent');
  const clientType = header('x-client-type');
  // Assigned one by one: in a flood of refusals, five spreads were a tenth of what one costs.
  const facts: { -readonly [Key in keyof AttemptClient]: AttemptClient[Key] } = {};
  if (origin !== undefined) facts.origin = origin.slice(0, MAX_FACT_CHARS);
  if (userAgent !== undefined) facts.user_agent = userAgent.slice(0, MAX_FACT_CHARS);
  if (clientType !== undefined) facts.client_type = CLIENT_TYPES.has(clientType) ? clientType : 'other';
  if (carrier !== undefined) facts.carrier = carrier;
  return facts;
}

/** Whether a client calls itself one of end-to-end tests. */
export function isTest({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['x-client-type'] === 'test';
}
