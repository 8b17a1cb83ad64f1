import type { TurnUser } from '@netra/agent';
import type {
  EventData,
  MessageAck,
  MessagePart,
  ReasonCode,
  RunStatus,
  ThreadEventType,
  Usage,
} from '@netra/protocol';
import { type ColumnType, type Generated, Kysely, PostgresDialect, type Transaction } from 'kysely';
import type { Pool } from 'pg';

/** A `json` column: read as its value, written as JSON text (pg would turn an array into a PostgreSQL array). */
type Json<Value> = ColumnType<Value, string, string>;
type NullableJson<Value> = ColumnType<Value | null, string | null | undefined, string | null>;
type Optional<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

/** Who ended a run by a wish. */
export type CancelledBy = EventData<'agent_cancelled'>['by'];

interface ThreadsTable {
  thread_id: string;
  /** Null: deleted. */
  owner_id: Optional<string>;
  title: string;
  agent: Optional<string>;
  epoch: string;
  last_seq: Generated<number>;
  pruned_seq: Generated<number>;
  fence: Optional<string>;
  deleted_owner_id: Optional<string>;
  deleted_at: Optional<Date>;
  created_at: Date;
  updated_at: Date;
}

interface EventsTable {
  thread_id: string;
  seq: number;
  event_id: string;
  run_id: string;
  type: ThreadEventType;
  at: Date;
  agent: string;
  /** `EventData` of `type`. */
  data: Json<unknown>;
}

interface RunsTable {
  run_id: string;
  thread_id: string;
  owner_id: string;
  agent: string;
  status: RunStatus;
  code: Optional<ReasonCode>;
  requester: Json<TurnUser>;
  start_seq: number;
  message_id: string;
  cancel_by: Optional<CancelledBy>;
  lease_owner: Optional<string>;
  lease_until: Optional<Date>;
  attempt: Generated<number>;
  usage: NullableJson<Usage>;
  created_at: Date;
  started_at: Optional<Date>;
  ended_at: Optional<Date>;
}

interface MessagesTable {
  message_id: string;
  thread_id: string;
  run_id: string;
  seq: number;
  role: 'user' | 'agent';
  text: string;
  status: 'complete' | 'partial';
  parts: NullableJson<MessagePart[]>;
  steering: Generated<boolean>;
  created_at: Date;
}

interface ToolResultsTable {
  run_id: string;
  tool_call_id: string;
  thread_id: string;
  owner_id: string;
  media_type: string;
  bytes: number;
  body: Json<unknown>;
}

interface IdempotencyTable {
  owner_id: string;
  client_id: string;
  body_hash: string;
  response: Json<MessageAck>;
  created_at: Date;
}

/** The tables of `migrations/0001_conversations.sql` and `0110_event_log.sql`. */
export interface Tables {
  threads: ThreadsTable;
  events: EventsTable;
  runs: RunsTable;
  messages: MessagesTable;
  tool_results: ToolResultsTable;
  idempotency: IdempotencyTable;
}

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;

/** Statuses of runs that have not ended. */
export const OPEN_STATUSES = ['queued', 'running', 'waiting_approval'] as const satisfies RunStatus[];
/** Statuses of runs that hold the thread's fence. */
export const RUNNING_STATUSES = ['running', 'waiting_approval'] as const satisfies RunStatus[];

/** Typed queries over a pool, which stays the caller's to end. */
export function openDatabase(pool: Pool): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
