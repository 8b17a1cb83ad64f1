export { createOrigins } from './admission/origins.ts';
export { renewLogEpochs } from './event-log/renew-log-epochs.ts';
export type { Gateway, GatewayOptions } from './gateway.ts';
export { createGateway } from './gateway.ts';
export type { GatewayProbes } from './guide-probes.ts';
export { gatewayMigrations } from './migrations.ts';
