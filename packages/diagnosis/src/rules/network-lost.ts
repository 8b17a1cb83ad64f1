import { LIMITS } from '@netra/protocol';
import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The network of one client went away: sleep, a tunnel, another Wi-Fi. */
export const networkLost: Rule = {
  rootCause: 'network_lost',
  title: 'The client’s network went away',
  codes: ['heartbeat_lost', 'client_gone'],
  needs: 'How the connection ended, and how others did at the time.',
  refutedBy: 'Many connections ended alike, or the client closed it.',
  prevention: 'Nothing on the server: the SDK connects again and resumes without a gap.',
  judge({ attempt, connection, evidence: { nearby_closes, event_loop } }) {
    if (connection === undefined) return attempt.code === 'heartbeat_lost' ? lost(undefined, 0.5) : unknown;
    if (connection.code === 'client_gone' && connection.ended_by !== 'network')
      return ruledOut('The client closed the connection itself.');
    if ((event_loop?.max_lag_ms ?? 0) >= LIMITS.pongTimeoutMs)
      return ruledOut('The server was blocked: it is not the network.');
    const others = nearby_closes?.length;
    if (others !== undefined && others >= 3)
      return ruledOut(`${others} other connections ended at the time: it is not one client's network.`);
    return lost(connection.silence_ms, others === undefined ? 0.55 : 0.75);
  },
};

function lost(silenceMs: number | undefined, confidence: number) {
  return cause({
    confidence,
    reason: 'One connection fell silent alone; what was between nobody can see from here.',
    whys: [
      why(
        'Why was it closed?',
        'Nothing came from the client any more, not even the answer to a ping.',
        ...seen('connection.silence_ms', silenceMs, `below ${LIMITS.heartbeatMs + LIMITS.pongTimeoutMs}`),
      ),
      why('Why did nothing come?', 'The machine slept, changed its network or lost it.'),
    ],
    fix: { action: 'Nothing to mend, unless it happens to many: then look at what stands between.' },
  });
}
