import { REASONS } from '@netra/protocol';
import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/**
 * The client does not speak the protocol as it is written.
 * Needs the code; for a missing upgrade also its headers. Refuted there when a WebSocket client was at work.
 */
export const clientProtocolError: Rule = {
  rootCause: 'client_protocol_error',
  codes: [
    'request_malformed',
    'subprotocol_unsupported',
    'credential_in_url',
    'credential_ambiguous',
    'upgrade_missing',
    'method_not_allowed',
    'message_invalid',
    'message_malformed',
    'message_too_large',
    'frame_type_unknown',
  ],
  judge({ attempt, facts: { upgrade } }) {
    if (attempt.code === 'upgrade_missing') {
      if (upgrade === undefined) return unknown;
      if (upgrade.has_websocket_key) return ruledOut('A WebSocket client did ask for an upgrade.');
    }
    const isCertain = attempt.code !== 'upgrade_missing' || !upgrade?.is_proxied;
    return cause({
      confidence: isCertain ? 0.85 : 0.4,
      whys: [
        why(
          'Why was it refused?',
          attempt.detail ?? REASONS[attempt.code].meaning,
          ...seen('client.user_agent', attempt.client.user_agent),
        ),
        why(
          'Why was it sent like that?',
          'The client program does not follow the protocol; users cannot mend it.',
        ),
      ],
      fix: { action: REASONS[attempt.code].fix },
    });
  },
};
