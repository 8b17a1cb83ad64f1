import type { Rule } from '../rule.ts';
import { authDown } from './auth-down.ts';
import { authSlow } from './auth-slow.ts';
import { circuitOpen } from './circuit-open.ts';
import { clientLeftEarly } from './client-left-early.ts';
import { clientProtocolError } from './client-protocol-error.ts';
import { clientTimeoutTooShort } from './client-timeout-too-short.ts';
import { clockSkew } from './clock-skew.ts';
import { codeDefect } from './code-defect.ts';
import { connectionLimitHit } from './connection-limit-hit.ts';
import { credentialNotSent } from './credential-not-sent.ts';
import { databaseDown } from './database-down.ts';
import { keyRotatedWithoutOverlap } from './key-rotated-without-overlap.ts';
import { originNotConfigured } from './origin-not-configured.ts';
import { permissionNotGranted } from './permission-not-granted.ts';
import { proxyDroppedUpgrade } from './proxy-dropped-upgrade.ts';
import { proxyRemovedCredential } from './proxy-removed-credential.ts';
import { serviceCredentialRejected } from './service-credential-rejected.ts';
import { sessionOver } from './session-over.ts';
import { ticketElsewhere } from './ticket-elsewhere.ts';
import { ticketReused } from './ticket-reused.ts';
import { ticketStale } from './ticket-stale.ts';
import { tokenStaleClient } from './token-stale-client.ts';
import { tokenTampered } from './token-tampered.ts';
import { userDeactivated } from './user-deactivated.ts';
import { userMissing } from './user-missing.ts';
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
  connectionLimitHit,
  credentialNotSent,
  databaseDown,
  keyRotatedWithoutOverlap,
  originNotConfigured,
  permissionNotGranted,
  proxyDroppedUpgrade,
  proxyRemovedCredential,
  serviceCredentialRejected,
  sessionOver,
  ticketElsewhere,
  ticketReused,
  ticketStale,
  tokenStaleClient,
  tokenTampered,
  userDeactivated,
  userMissing,
  wrongAudience,
  wrongEnvironment,
  wrongIssuer,
  wrongTokenKind,
];
