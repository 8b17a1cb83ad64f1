import type { Check } from './check.ts';
import { clockSkewCheck } from './checks/clock-skew.ts';
import { discovery } from './checks/discovery.ts';
import { dns } from './checks/dns.ts';
import { e2eUsers } from './checks/e2e-users.ts';
import { established } from './checks/established.ts';
import { fallback } from './checks/fallback.ts';
import { health } from './checks/health.ts';
import { http } from './checks/http.ts';
import { idleTimeout } from './checks/idle-timeout.ts';
import { keySet } from './checks/key-set.ts';
import { message } from './checks/message.ts';
import { origin } from './checks/origin.ts';
import { proxyAuthorization } from './checks/proxy-authorization.ts';
import { proxySubprotocol } from './checks/proxy-subprotocol.ts';
import { proxyUpgrade } from './checks/proxy-upgrade.ts';
import { resume } from './checks/resume.ts';
import { tcp } from './checks/tcp.ts';
import { ticket } from './checks/ticket.ts';
import { tls } from './checks/tls.ts';
import { token } from './checks/token.ts';
import { upgrade } from './checks/upgrade.ts';

/** In the order in which a connection needs them. */
export const CHECKS: readonly Check[] = [
  dns,
  tcp,
  tls,
  http,
  health,
  clockSkewCheck,
  proxyUpgrade,
  proxyAuthorization,
  proxySubprotocol,
  origin,
  discovery,
  keySet,
  e2eUsers,
  token,
  ticket,
  upgrade,
  established,
  message,
  resume,
  fallback,
  idleTimeout,
];
