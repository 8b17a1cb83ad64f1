import type { IncomingMessage } from 'node:http';
import type { ClosedConnection } from '@netra/diagnosis';
import { clientFacts } from '../admission/client-facts.ts';
import { isProxied } from '../admission/ladder.ts';
import { cleanText } from '../attempts/clean-text.ts';

const MAX_TEXT_CHARS = 200;

/** What the handshake showed of the client, kept for the day its connection ends. Never a credential. */
export function closedFacts(request: IncomingMessage): Pick<ClosedConnection, 'client' | 'facts'> {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? cleanText(value, MAX_TEXT_CHARS) : undefined;
  };
  return { client: clientFacts(header), facts: { upgrade: { is_proxied: isProxied(request) } } };
}
