import { refusal } from '@netra/protocol';
import { addressKey, createResolveClient } from '@netra/service';
import type { Attempt, StepResult } from '../attempts/attempt.ts';
import { createRateLimit } from '../attempts/rate-limit.ts';

/** Room for 10,000 clients behind one address that come back at once, and then for 200 a second. */
const HANDSHAKES_PER_MINUTE = 12_000;

export interface AddressGateOptions {
  /** Addresses and CIDR ranges whose `X-Forwarded-For` counts. Default: none. */
  trustedProxies?: readonly string[];
  /** Per IPv4 address or IPv6 /64; as many may come at once. 0: no limit. Default 12,000. */
  handshakesPerMinute?: number;
  now: () => number;
}

/** A request as far as its sender's address goes. */
export interface Sender {
  remoteAddress: string | undefined;
  header: (name: string) => string | undefined;
}

export interface AddressGate {
  /** Step `address_rate`: where the request comes from, and whether not too many of its kind did. */
  check(sender: Sender, attempt: Attempt, kind: 'handshake' | 'ticket'): StepResult<void>;
  /** What limits count this sender by. */
  keyOf(sender: Sender): string;
}

/** Holds a place in a bounded map for each address. What an untrusted peer forwards is noted and not believed. */
export function createAddressGate(options: AddressGateOptions): AddressGate {
  const { trustedProxies = [], handshakesPerMinute = HANDSHAKES_PER_MINUTE, now } = options;
  const resolve = createResolveClient(trustedProxies);
  const createLimit = () => createRateLimit({ perMinute: handshakesPerMinute, now });
  // A browser takes a ticket for each handshake: counted together, they would halve the limit.
  const limits = handshakesPerMinute === 0 ? undefined : { handshake: createLimit(), ticket: createLimit() };
  const originOf = ({ remoteAddress, header }: Sender) =>
    resolve(remoteAddress, { get: (name) => header(name) ?? null });

  return {
    keyOf: (sender) => keyOf(originOf(sender).address),
    check(sender, attempt, kind) {
      return attempt.stepNow('address_rate', () => {
        const { address, peerAddress, isTrusted, hasForwarded } = originOf(sender);
        attempt.note(() => {
          const peer = peerAddress === undefined ? {} : { peer_address: peerAddress };
          return { facts: { proxy: { is_trusted: isTrusted, has_forwarded: hasForwarded, ...peer } } };
        });
        const waitMs = limits?.[kind].take(keyOf(address)) ?? 0;
        if (waitMs === 0) return { ok: true, value: undefined };
        attempt.note({
          facts: { limit: { name: 'handshakes_per_minute', limit: handshakesPerMinute, per: 'address' } },
        });
        return { ok: false, refusal: refusal('rate_limited', undefined, waitMs) };
      });
    },
  };
}

/** In one process there is no address, and nobody to tell apart. */
function keyOf(address: string | undefined): string {
  return address === undefined ? 'in process' : addressKey(address);
}
