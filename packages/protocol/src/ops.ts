import { z } from 'zod';
import { reasonCodeSchema } from './problem.ts';
import { pageSchema } from './rest.ts';
import { idSchema, timeSchema } from './scalars.ts';
import { KEY_MODES, signingKeysSchema } from './service-proof.ts';

/** `GET /v1/ops/status`: one node, as it sees itself and what it rests on. */
export const opsStatusSchema = z.object({
  status: z.enum(['ok', 'unavailable']),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      /** What is wrong, as a word of a list that may grow, such as `pool_exhausted`. */
      code: z.string().optional(),
      detail: z.string().optional(),
      duration_ms: z.number().optional(),
    }),
  ),
  environment: z.string(),
  release: z.string().optional(),
  started_at: timeSchema,
  open_connections: z.int(),
  /** Of all nodes; absent when the database does not say. */
  runs: z.object({ here: z.int(), queued: z.int(), running: z.int() }).optional(),
  auth_circuit: z.enum(['closed', 'half_open', 'open']),
  /** Of this node, over the last hour. A client that left by itself is no refusal. */
  handshakes: z.object({
    accepted: z.int(),
    refused: z.array(z.object({ code: reasonCodeSchema, count: z.int() })),
    /** Of all that ended: from 0 to 1, absent where there were none. */
    accepted_share: z.number().optional(),
    /** Of those that were accepted; absent where there were none. */
    average_ms: z.number().optional(),
    slowest_ms: z.number().optional(),
    /** Oldest first; a minute in which nobody came is left out. `left`: clients that did not wait for the answer. */
    minutes: z.array(z.object({ at: timeSchema, accepted: z.int(), refused: z.int(), left: z.int() })),
  }),
  /** Of this node, since its start. A quantile is the bound of the class that it falls into. */
  steps: z.array(
    z.object({
      step: z.string(),
      count: z.int(),
      p50_ms: z.number().optional(),
      p99_ms: z.number().optional(),
    }),
  ),
});
export type OpsStatus = z.infer<typeof opsStatusSchema>;

/** A root cause by its word, of a list that may grow (`unknown` where no rule fits), and in words for people. */
const causeNameSchema = z.object({ root_cause: z.string(), title: z.string() });

/** One refused attempt as it is stored. `client` and `facts` say what the server saw: evidence, never identity. */
export const opsAttemptSchema = z.object({
  attempt_id: idSchema,
  at: timeSchema,
  code: reasonCodeSchema,
  detail: z.string().optional(),
  user_id: z.string().optional(),
  steps: z.array(z.object({ step: z.string(), outcome: z.string(), duration_ms: z.number() })),
  client: z.record(z.string(), z.unknown()),
  facts: z.record(z.string(), z.unknown()).optional(),
  /** Absent until the attempt was explained, which happens behind the path of requests. */
  cause: causeNameSchema.optional(),
});
export type OpsAttempt = z.infer<typeof opsAttemptSchema>;
export const opsAttemptPageSchema = pageSchema(opsAttemptSchema);

/** `GET /v1/ops/refusals?since=`: what was refused on all nodes, by code and root cause, the most frequent first. */
export const opsRefusalsSchema = z.object({
  since: timeSchema,
  items: z.array(
    z.object({
      code: reasonCodeSchema,
      cause: causeNameSchema.optional(),
      count: z.int(),
      user_count: z.int(),
      first_seen: timeSchema,
      last_seen: timeSchema,
      /** The one to look at: the latest. */
      example_attempt_id: idSchema,
    }),
  ),
});
export type OpsRefusals = z.infer<typeof opsRefusalsSchema>;

/** Open WebSockets and event streams of the node that answers. */
export const opsConnectionSchema = z.object({
  connection_id: idSchema,
  kind: z.enum(['websocket', 'event_stream']),
  user_id: z.string(),
  session_id: z.string(),
  opened_at: timeSchema,
  /** Bytes that the client has not read. */
  queued_bytes: z.int(),
});
export type OpsConnection = z.infer<typeof opsConnectionSchema>;
export const opsConnectionPageSchema = pageSchema(opsConnectionSchema).extend({
  /** The node that answers: what others hold is theirs to tell. */
  node: z.object({ node_id: idSchema, host: z.string() }),
  /** Of this node and the user that was asked for; more than `items`, where these reached their limit. */
  open_connections: z.int().nonnegative(),
});
export type OpsConnectionPage = z.infer<typeof opsConnectionPageSchema>;

/** `GET /v1/ops/keys`. No key material: names, states and check values only. */
export const opsKeysSchema = z.object({
  /** By the node that answers. */
  checked_with: z.object({
    key_mode: z.enum(KEY_MODES),
    /** The setting that the shared secret came from. */
    source: z.string().optional(),
    check_value: z.string().optional(),
  }),
  /** Whether the auth service signs with the same. */
  matches: z.boolean(),
  detail: z.string().optional(),
  /** By the auth service; absent where it did not answer. */
  signed_with: signingKeysSchema.optional(),
});
export type OpsKeys = z.infer<typeof opsKeysSchema>;
