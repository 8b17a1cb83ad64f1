import type { ReasonCode } from '@netra/protocol';
import type { RootCause } from '../root-causes.ts';
import type { DoctorContext } from './doctor-context.ts';

/** Looks at one thing from outside and is silent when it is fine. */
export interface Check {
  /** snake_case; also the argument of `netra doctor <url>`. */
  readonly name: string;
  readonly title: string;
  readonly needs: readonly CheckNeed[];
  /** Left out unless it is named: it takes longer than a doctor's visit may. */
  readonly onDemand?: boolean;
  /** All later checks rest on it: after an error here they are skipped. */
  readonly isFoundation?: boolean;
  /** What it would only repeat: after a finding of one of these root causes it is skipped. */
  readonly restsOn?: readonly RootCause[];
  /** Names of checks whose step it goes through as well: after an error of one of them it is skipped. */
  readonly follows?: readonly string[];
  readonly run: (context: DoctorContext) => Promise<Finding | undefined>;
}

/** What keeps everybody from a session: checks that need one would only repeat it. */
export const OUTAGES: readonly RootCause[] = [
  'auth_down',
  'auth_slow',
  'circuit_open',
  'database_down',
  'database_pool_exhausted',
  'migration_missing',
  'secret_mismatch',
  'service_credential_rejected',
  'e2e_credentials_missing',
  'deploy_draining',
];

/** For `follows`: what comes before a ticket, an upgrade, a message. */
export const BEFORE_TICKET = ['proxy_authorization', 'token'];
export const BEFORE_UPGRADE = [...BEFORE_TICKET, 'ticket', 'proxy_upgrade', 'proxy_subprotocol'];
export const BEFORE_MESSAGE = [...BEFORE_UPGRADE, 'upgrade', 'connection_established'];

/** `session`: an access token, given or obtained with the key of end-to-end tests. `origin`: that of a page; a check is left out without. */
export type CheckNeed = 'session' | 'e2e_key' | 'origin';

/** Something that is wrong, ending in what to run or set. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The command or setting to go on with. */
  readonly command: string;
  readonly root_cause?: RootCause;
  readonly code?: ReasonCode;
  readonly attempt_id?: string;
  readonly evidence?: readonly {
    readonly source: string;
    readonly observed: string;
    readonly expected?: string;
  }[];
}

export type CheckOutcome =
  | { readonly kind: 'fine' }
  | { readonly kind: 'finding'; readonly finding: Finding }
  /** `because` says what it needs, or that the budget was spent. */
  | { readonly kind: 'skipped'; readonly because: string };

export interface CheckResult {
  readonly name: string;
  readonly title: string;
  readonly duration_ms: number;
  readonly outcome: CheckOutcome;
}

export interface DoctorReport {
  readonly url: string;
  readonly ok: boolean;
  readonly duration_ms: number;
  readonly results: readonly CheckResult[];
}
