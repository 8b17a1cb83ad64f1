import type { ReasonCode } from '@netra/protocol';
import { connectionProvokers } from './connection-provokers.ts';
import { credentialProvokers } from './credential-provokers.ts';
import { endingProvokers } from './ending-provokers.ts';
import { outageProvokers } from './outage-provokers.ts';
import type { Provoker } from './provoked.ts';
import { requestProvokers } from './request-provokers.ts';
import { failDefectiveRun, runProvokers } from './run-provokers.ts';

/** A code that nothing of the product gives yet. */
export interface NotYet {
  readonly notYet: string;
}

/** A new code does not compile until somebody says how it is met. */
export const provokers: Readonly<Record<ReasonCode, Provoker | readonly Provoker[] | NotYet>> = {
  ...credentialProvokers,
  ...endingProvokers,
  ...requestProvokers,
  ...connectionProvokers,
  ...runProvokers,
  ...outageProvokers,
  internal_error: [...outageProvokers.internal_error, failDefectiveRun],
  approval_settled: { notYet: 'no tool asks for an approval' },
  overloaded: {
    notYet:
      'too many handshakes are rate_limited at the door, slow readers leave by slow_consumer: it stands for a bare 1013',
  },
};
