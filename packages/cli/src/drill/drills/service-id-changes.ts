import type { Drill } from '../drill.ts';
import { secondGateway, stopSecondGateway } from '../lab/second-gateway.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const serviceIdChanges: Drill = {
  name: 'service_id_changes',
  injected: 'A second gateway calls itself after its pod, and the auth service knows nobody of that name',
  expected: 'service_id_unstable',
  // A name is shown to the auth service alone.
  outside: { check: 'health', rootCause: 'service_credential_rejected' },
  stack: ordinary,
  run: (stack) => secondGateway(stack, { SERVICE_ID: 'netra-gateway-7d9f8b6c5-x2x4z' }),
  repair: stopSecondGateway,
};
