import { REASONS } from '@netra/protocol';
import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The client does not speak the protocol as it is written. */
export const clientProtocolError: Rule = {
  rootCause: 'client_protocol_error',
  title: 'The client does not speak the protocol',
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
  needs: 'The code; for a missing upgrade also the headers.',
  refutedBy: 'A WebSocket client did ask for an upgrade, or a proxy is known to change the request.',
  prevention: 'Use the SDK, or hold a client of your own against the protocol suite.',
  judge({ attempt, facts: { upgrade }, evidence: { proxy } }) {
    if (attempt.code === 'upgrade_missing') {
      if (upgrade === undefined) return unknown;
      if (upgrade.has_websocket_key) return ruledOut('A WebSocket client did ask for an upgrade.');
      if (proxy?.passes_upgrade === false) return ruledOut('The proxy drops upgrades.');
    }
    if (attempt.code === 'subprotocol_unsupported' && proxy?.passes_subprotocol === false)
      return ruledOut('The proxy drops the subprotocol.');
    const isCertain = attempt.code !== 'upgrade_missing' || !upgrade?.is_proxied;
    return cause({
      confidence: isCertain ? 0.85 : 0.4,
      reason: isCertain
        ? 'What it sent is on record and not what the contract says.'
        : 'A proxy stands between and may have changed it.',
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
