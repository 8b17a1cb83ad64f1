import { LIMITS } from '@netra/protocol';
import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/** The client does not read what it is sent. */
export const slowClient: Rule = {
  rootCause: 'slow_client',
  title: 'The client reads too slowly',
  codes: ['slow_consumer'],
  needs: 'The code; the bytes that waited make it certain.',
  refutedBy: 'Nothing waited when it was closed.',
  prevention:
    'Nothing on the server: the bound keeps one slow reader from the others, and the SDK resumes without a gap.',
  judge({ connection }) {
    const limit = connection?.limits.max_queued_bytes ?? LIMITS.maxQueuedBytes;
    const queued = connection?.queued_bytes;
    if (queued === 0) return ruledOut('Nothing waited for it.');
    const isFull = queued !== undefined && queued >= limit / 2;
    return cause({
      confidence: isFull ? 0.96 : 0.85,
      reason: isFull
        ? 'The bytes that waited were recorded.'
        : queued === undefined
          ? 'The server closed it for that; the number was not recorded.'
          : 'Less than the limit waited, but the client took nothing of it for seconds.',
      whys: [
        why(
          'Why was it closed?',
          'More waited for this client than the server keeps, or it took nothing for too long.',
          ...seen('connection.queued_bytes', queued, `below ${limit}`),
        ),
        why(
          'Why did so much wait?',
          'The client did not read: a thin network, a page in the background, or a debugger that holds it.',
          ...seen('client.user_agent', connection?.client.user_agent),
        ),
      ],
      fix: { action: 'Nothing on the server; if it is your client, read without waiting for the screen.' },
    });
  },
};
