export type { Gateway, GatewayOptions, GatewayProbes } from './gateway.ts';
export { createGateway } from './gateway.ts';
export { gatewayMigrations } from './migrations.ts';
