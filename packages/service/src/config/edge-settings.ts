import { z } from 'zod';
import type { Setting } from './settings.ts';

/** A whole number within bounds; the message completes "NAME …". */
export function wholeNumber(from: number, to: number) {
  const message = `must be a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((number) => number >= from && number <= to, message);
}

/** How much the gateway takes from its clients, and where its operators look. */
export const EDGE_SETTINGS = {
  NETRA_HANDSHAKES_PER_MINUTE: {
    schema: wholeNumber(0, 1_000_000),
    default: '12000',
    unit: 'per minute',
    doc: 'Handshakes that one IPv4 address or IPv6 /64 may make; as many may come at once. More are refused as `rate_limited`. 0 turns the limit off. Behind a proxy set TRUSTED_PROXIES, or all clients count as one.',
    example: '600',
    roles: ['up', 'gateway'],
  },
  NETRA_MAX_CONNECTIONS_PER_USER: {
    schema: wholeNumber(1, 10_000),
    default: '20',
    doc: 'WebSockets and event streams that one user may have open. The next one is refused as `connection_limit`; none that is open is dropped for it.',
    example: '5',
    roles: ['up', 'gateway'],
  },
  NETRA_MAX_CONNECTION_MINUTES: {
    schema: wholeNumber(1, 1_440),
    default: '50',
    unit: 'minutes',
    doc: 'Age at which a connection is asked to come back, give or take a tenth. Keep it below what the proxies in front allow a connection: Cloud Run ends one after 60 minutes at most.',
    example: '25',
    roles: ['up', 'gateway'],
  },
  NETRA_OPS_PORT: {
    schema: wholeNumber(0, 65_535),
    default: 'none: there is no such port',
    doc: 'A port of its own for `/metrics` in the Prometheus format and for `/health/*`. It asks for no credential: keep it inside. 0 takes any free one.',
    example: '9090',
    roles: ['up', 'auth', 'gateway'],
  },
  NETRA_OPS_HOST: {
    schema: z
      .string()
      .regex(/^(?:[\w.-]+|\[[\da-fA-F:.]+\]|[\da-fA-F:.]+)$/, 'must be an address or a name, without a port'),
    default: '127.0.0.1',
    doc: 'The address that NETRA_OPS_PORT listens on. In a container that Prometheus reaches over a network: 0.0.0.0. In development only a loopback address is accepted.',
    example: '0.0.0.0',
    roles: ['up', 'auth', 'gateway'],
  },
} as const satisfies Record<string, Setting>;
