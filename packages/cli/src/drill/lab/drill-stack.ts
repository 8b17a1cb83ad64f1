import type { Environment } from '../../environment.ts';
import type { Link } from './link.ts';
import type { ServiceProcess } from './service-process.ts';

export interface DrillUser {
  readonly userId: string;
  readonly email: string;
  /** A real access token of a real session, good for ten minutes. */
  readonly token: string;
}

/** The auth service and a gateway as processes of their own, and everything by which one can harm them from outside. */
export interface DrillStack {
  readonly environment: 'staging';
  /** Of the gateway. */
  readonly url: string;
  /** Of the auth service: the issuer of tokens. */
  readonly authUrl: string;
  /** A folder of this stack's own. */
  readonly dataDir: string;
  /** The settings that both were started with. */
  readonly authEnv: Environment;
  readonly gatewayEnv: Environment;
  /** Of an operator, whom the gateway has seen while all was well. */
  operatorToken(): string;
  /** Everything is asked about with this token from now on. */
  setOperatorToken(token: string): void;
  readonly operatorId: string;
  /** A user that nobody used yet. */
  takeUser(): DrillUser;
  /** One of the seeded users of end-to-end tests. */
  takeTestUser(): DrillUser;
  auth(): ServiceProcess;
  gateway(): ServiceProcess;
  /** Starts the auth service again under its address, with these settings instead. Resolves when the process runs. */
  startAuth(env?: Environment): Promise<ServiceProcess>;
  startGateway(env?: Environment): Promise<ServiceProcess>;
  /** Between gateway and auth service; only where the stack was asked for it. */
  readonly authLink: Link;
  /** Between gateway and database; only where the stack was asked for it. */
  readonly databaseLink: Link;
  /** By the hand of whoever has the database. Names are qualified: `auth."user"`, `netra.attempts`. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement in a transaction that stays open, as a stranger's might; gives what ends it. */
  hold(text: string): Promise<() => Promise<void>>;
  /** Signs a user in again. */
  newToken(userId: string): Promise<string>;
  stop(): Promise<void>;
}
