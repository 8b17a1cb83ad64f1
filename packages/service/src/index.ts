export type { AppErrorOptions } from './app-error.ts';
export { AppError } from './app-error.ts';
export type {
  CircuitBreaker,
  CircuitBreakerOptions,
  CircuitBreakerState,
} from './breaker/circuit-breaker.ts';
export { CIRCUIT_OPEN, CIRCUIT_TIMEOUT, createCircuitBreaker } from './breaker/circuit-breaker.ts';
export type {
  Config,
  ConfigResult,
  ConfigRole,
  Environment,
  MailConfig,
  ModelConfig,
} from './config/config.ts';
export { developmentOrigins, loadConfig } from './config/config.ts';
export type { ConfigNote, ConfigProblem, ConfigProblemCode } from './config/config-problem.ts';
export type { DevelopmentSecrets } from './config/development-secrets.ts';
export { loadOrCreateSecrets } from './config/development-secrets.ts';
export type { Setting } from './config/settings.ts';
export { CONFIG_SETTINGS } from './config/settings.ts';
export type { KnownProvider, OidcProvider, SignInProvider } from './config/sign-in-providers.ts';
export { isKnownProvider, KNOWN_PROVIDERS } from './config/sign-in-providers.ts';
export { type TrustedIssuerSetting, trustedIssuersSetting } from './config/trusted-issuers.ts';
export type { MigrateOptions, Migration } from './database/migrate.ts';
export { migrate, readMigrations } from './database/migrate.ts';
export type { PoolOptions } from './database/pool.ts';
export { createPool } from './database/pool.ts';
export { type HealthCheck, type Readiness, readinessOf } from './health-check.ts';
export { addressKey } from './http/address-key.ts';
export type { ClientAddress, ClientOrigin, ResolveClient } from './http/client-address.ts';
export { createClientAddress, createResolveClient } from './http/client-address.ts';
export type { HttpEnv, HttpServer, HttpServerOptions } from './http/http-server.ts';
export { startHttpServer } from './http/http-server.ts';
export type { ProblemOptions, ProblemParts } from './http/problem.ts';
export { problemBody, problemResponse } from './http/problem.ts';
export { refuseSocket } from './http/refuse-socket.ts';
export { keepHeapYoung } from './keep-heap-young.ts';
export type { Lifecycle, LifecycleOptions, StopStep } from './lifecycle.ts';
export { createLifecycle } from './lifecycle.ts';
export type { Logger, LoggerOptions, LogLevel } from './logging/logger.ts';
export { createLogger } from './logging/logger.ts';
export type { MetricsRegistry } from './metrics/metrics-registry.ts';
export { createMetricsRegistry } from './metrics/metrics-registry.ts';
export { attachEmbeddedPostgres } from './postgres/attach-embedded-postgres.ts';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './postgres/embedded-postgres.ts';
export { startEmbeddedPostgres } from './postgres/embedded-postgres.ts';
export { refuseIfOwned } from './postgres/owner-lock.ts';
