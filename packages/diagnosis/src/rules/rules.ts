import type { Rule } from '../rule.ts';
import { authDown } from './auth-down.ts';
import { authSlow } from './auth-slow.ts';
import { circuitOpen } from './circuit-open.ts';
import { clientLeftEarly } from './client-left-early.ts';
import { clientProtocolError } from './client-protocol-error.ts';
import { clientTimeoutTooShort } from './client-timeout-too-short.ts';
import { clockSkew } from './clock-skew.ts';
import { codeDefect } from './code-defect.ts';
import { configMissing } from './config-missing.ts';
import { connectionLimitHit } from './connection-limit-hit.ts';
import { credentialNotSent } from './credential-not-sent.ts';
import { databaseDown } from './database-down.ts';
import { databasePoolExhausted } from './database-pool-exhausted.ts';
import { deployDraining } from './deploy-draining.ts';
import { e2eCredentialsMissing } from './e2e-credentials-missing.ts';
import { e2eUserNotSeeded } from './e2e-user-not-seeded.ts';
import { eventLoopBlocked } from './event-loop-blocked.ts';
import { keyRotatedWithoutOverlap } from './key-rotated-without-overlap.ts';
import { keySetUnreachable } from './key-set-unreachable.ts';
import { legacySecretName } from './legacy-secret-name.ts';
import { mcpServerDown } from './mcp-server-down.ts';
import { migrationMissing } from './migration-missing.ts';
import { modelCredentialsRejected } from './model-credentials-rejected.ts';
import { modelRateLimited } from './model-rate-limited.ts';
import { modelUnreachable } from './model-unreachable.ts';
import { networkLost } from './network-lost.ts';
import { originNotConfigured } from './origin-not-configured.ts';
import { permissionNotGranted } from './permission-not-granted.ts';
import { proxyDroppedAuthorization } from './proxy-dropped-authorization.ts';
import { proxyDroppedSubprotocol } from './proxy-dropped-subprotocol.ts';
import { proxyDroppedUpgrade } from './proxy-dropped-upgrade.ts';
import { proxyTimeoutTooShort } from './proxy-timeout-too-short.ts';
import { rateLimitHit } from './rate-limit-hit.ts';
import { redisDown } from './redis-down.ts';
import { runInterrupted } from './run-interrupted.ts';
import { runLimitHit } from './run-limit-hit.ts';
import { secretMismatch } from './secret-mismatch.ts';
import { secretSourceConflict } from './secret-source-conflict.ts';
import { serviceCredentialRejected } from './service-credential-rejected.ts';
import { serviceIdUnstable } from './service-id-unstable.ts';
import { sessionRevoked } from './session-revoked.ts';
import { slowClient } from './slow-client.ts';
import { ticketElsewhere } from './ticket-elsewhere.ts';
import { ticketReused } from './ticket-reused.ts';
import { ticketStale } from './ticket-stale.ts';
import { tokenStaleClient } from './token-stale-client.ts';
import { tokenTampered } from './token-tampered.ts';
import { toolFailed } from './tool-failed.ts';
import { untrustedProxy } from './untrusted-proxy.ts';
import { userDeactivated } from './user-deactivated.ts';
import { userDeleted } from './user-deleted.ts';
import { userInOtherStore } from './user-in-other-store.ts';
import { weakOrDefaultSecret } from './weak-or-default-secret.ts';
import { wrongAudience } from './wrong-audience.ts';
import { wrongEnvironment } from './wrong-environment.ts';
import { wrongIssuer } from './wrong-issuer.ts';
import { wrongTokenKind } from './wrong-token-kind.ts';

/** One file each. Those of one code are asked together; the confidence decides the order. */
export const RULES: readonly Rule[] = [
  authDown,
  authSlow,
  circuitOpen,
  clientLeftEarly,
  clientProtocolError,
  clientTimeoutTooShort,
  clockSkew,
  codeDefect,
  configMissing,
  connectionLimitHit,
  credentialNotSent,
  databaseDown,
  databasePoolExhausted,
  deployDraining,
  e2eCredentialsMissing,
  e2eUserNotSeeded,
  eventLoopBlocked,
  keyRotatedWithoutOverlap,
  keySetUnreachable,
  legacySecretName,
  mcpServerDown,
  migrationMissing,
  modelCredentialsRejected,
  modelRateLimited,
  modelUnreachable,
  networkLost,
  originNotConfigured,
  permissionNotGranted,
  proxyDroppedAuthorization,
  proxyDroppedSubprotocol,
  proxyDroppedUpgrade,
  proxyTimeoutTooShort,
  rateLimitHit,
  redisDown,
  runInterrupted,
  runLimitHit,
  secretMismatch,
  secretSourceConflict,
  serviceCredentialRejected,
  serviceIdUnstable,
  sessionRevoked,
  slowClient,
  ticketElsewhere,
  ticketReused,
  ticketStale,
  tokenStaleClient,
  tokenTampered,
  toolFailed,
  untrustedProxy,
  userDeactivated,
  userDeleted,
  userInOtherStore,
  weakOrDefaultSecret,
  wrongAudience,
  wrongEnvironment,
  wrongIssuer,
  wrongTokenKind,
];
