import type { Drill } from './drill.ts';
import { agentThrows } from './drills/agent-throws.ts';
import { answerTooLong } from './drills/answer-too-long.ts';
import { authDown } from './drills/auth-down.ts';
import { authSettingsMissing } from './drills/auth-settings-missing.ts';
import { authSlow } from './drills/auth-slow.ts';
import { circuitOpen } from './drills/circuit-open.ts';
import { clientFallsSilent } from './drills/client-falls-silent.ts';
import { clientLeftEarly } from './drills/client-left-early.ts';
import { clientTimeoutTooShort } from './drills/client-timeout-too-short.ts';
import { clockBehind } from './drills/clock-behind.ts';
import { codeDefect } from './drills/code-defect.ts';
import { credentialInUrl } from './drills/credential-in-url.ts';
import { databaseDown } from './drills/database-down.ts';
import { deployDraining } from './drills/deploy-draining.ts';
import { e2eUserNotSeeded } from './drills/e2e-user-not-seeded.ts';
import { eventLoopBlocked } from './drills/event-loop-blocked.ts';
import { expiredToken } from './drills/expired-token.ts';
import { foreignOrigin } from './drills/foreign-origin.ts';
import { idToken } from './drills/id-token.ts';
import { keySetUnreachable } from './drills/key-set-unreachable.ts';
import { keysDeleted } from './drills/keys-deleted.ts';
import { legacySecretName } from './drills/legacy-secret-name.ts';
import { migrationMissing } from './drills/migration-missing.ts';
import { modelKeyRefused } from './drills/model-key-refused.ts';
import { modelRateLimited } from './drills/model-rate-limited.ts';
import { modelUnreachable } from './drills/model-unreachable.ts';
import { noCredential } from './drills/no-credential.ts';
import { poolExhausted } from './drills/pool-exhausted.ts';
import { proxyCutsIdle } from './drills/proxy-cuts-idle.ts';
import { proxyDropsAuthorization } from './drills/proxy-drops-authorization.ts';
import { proxyDropsSubprotocol } from './drills/proxy-drops-subprotocol.ts';
import { proxyDropsUpgrade } from './drills/proxy-drops-upgrade.ts';
import { proxyNotTrusted } from './drills/proxy-not-trusted.ts';
import { roleTaken } from './drills/role-taken.ts';
import { runInterrupted } from './drills/run-interrupted.ts';
import { secretMismatch } from './drills/secret-mismatch.ts';
import { secretSetTwice } from './drills/secret-set-twice.ts';
import { serviceCredentialDiffers } from './drills/service-credential-differs.ts';
import { serviceIdChanges } from './drills/service-id-changes.ts';
import { signedOut } from './drills/signed-out.ts';
import { slowClient } from './drills/slow-client.ts';
import { tamperedToken } from './drills/tampered-token.ts';
import { testUsersLost } from './drills/test-users-lost.ts';
import { testWithoutToken } from './drills/test-without-token.ts';
import { ticketOfAnotherPage } from './drills/ticket-of-another-page.ts';
import { ticketTooOld } from './drills/ticket-too-old.ts';
import { ticketUsedTwice } from './drills/ticket-used-twice.ts';
import { tooManyConnections } from './drills/too-many-connections.ts';
import { tooManyHandshakes } from './drills/too-many-handshakes.ts';
import { toolBreaks } from './drills/tool-breaks.ts';
import { twoCredentials } from './drills/two-credentials.ts';
import { userDeactivated } from './drills/user-deactivated.ts';
import { userDeleted } from './drills/user-deleted.ts';
import { weakSecret } from './drills/weak-secret.ts';
import { wrongAudience } from './drills/wrong-audience.ts';
import { wrongEnvironment } from './drills/wrong-environment.ts';
import { wrongIssuer } from './drills/wrong-issuer.ts';

/** Every drill, the five incidents first. */
export const DRILLS: readonly Drill[] = [
  codeDefect,
  authSlow,
  clientTimeoutTooShort,
  authDown,
  circuitOpen,
  e2eUserNotSeeded,
  userDeactivated,
  secretMismatch,
  agentThrows,
  answerTooLong,
  authSettingsMissing,
  clientFallsSilent,
  clientLeftEarly,
  clockBehind,
  credentialInUrl,
  databaseDown,
  deployDraining,
  eventLoopBlocked,
  expiredToken,
  foreignOrigin,
  idToken,
  keySetUnreachable,
  keysDeleted,
  legacySecretName,
  migrationMissing,
  modelKeyRefused,
  modelRateLimited,
  modelUnreachable,
  noCredential,
  poolExhausted,
  proxyCutsIdle,
  proxyDropsAuthorization,
  proxyDropsSubprotocol,
  proxyDropsUpgrade,
  proxyNotTrusted,
  roleTaken,
  runInterrupted,
  secretSetTwice,
  serviceCredentialDiffers,
  serviceIdChanges,
  signedOut,
  slowClient,
  tamperedToken,
  testUsersLost,
  testWithoutToken,
  ticketOfAnotherPage,
  ticketTooOld,
  ticketUsedTwice,
  tooManyConnections,
  tooManyHandshakes,
  toolBreaks,
  twoCredentials,
  userDeleted,
  weakSecret,
  wrongAudience,
  wrongEnvironment,
  wrongIssuer,
];
