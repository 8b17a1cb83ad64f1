export { createOrigins } from './admission/origins.ts';
export { renewLogEpochs } from './event-log/renew-log-epochs.ts';
export { explainStored } from './explain/explain-stored.ts';
export { createGateway } from './gateway.ts';
export type { Gateway, GatewayOptions } from './gateway-options.ts';
export type { GatewayProbes } from './guide-probes.ts';
export { gatewayMigrations } from './migrations.ts';
