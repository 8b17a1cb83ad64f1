import type { Drill } from '../drill.ts';
import { newSecret } from '../lab/mint-token.ts';
import { secondGateway, stopSecondGateway } from '../lab/second-gateway.ts';
import { ordinary } from '../stacks/ordinary.ts';

export const serviceCredentialDiffers: Drill = {
  name: 'service_credential_differs',
  injected: 'A second gateway was deployed with another SERVICE_SECRET than the auth service',
  expected: 'service_credential_rejected',
  outside: { check: 'health', rootCause: 'service_credential_rejected' },
  stack: ordinary,
  run: (stack) => secondGateway(stack, { SERVICE_SECRET: newSecret() }),
  repair: stopSecondGateway,
};
