-- Conversations: threads, what was said in them, the runs that answer, and the log of events that clients follow.
-- Times are written by the gateway in whole milliseconds, leases by the clock of the database.
-- Payloads are `json`, not `jsonb`: tools and models may produce U+0000 and lone surrogates, which jsonb refuses.

CREATE TABLE threads (
  thread_id   text PRIMARY KEY,
  owner_id    text NOT NULL,
  title       text NOT NULL,
  agent       text,
  epoch       text NOT NULL,
  -- Taken under the row's lock by every append: gap-free, and the order of commits is the order of `seq`.
  last_seq    integer NOT NULL DEFAULT 0,
  -- Events up to here were pruned.
  pruned_seq  integer NOT NULL DEFAULT 0,
  -- `<run_id>#<attempt>` of the one run that may append: the fence against a process that lost its lease.
  fence       text,
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL
);
CREATE INDEX threads_owner ON threads (owner_id, updated_at DESC, thread_id DESC);

CREATE TABLE events (
  thread_id  text NOT NULL REFERENCES threads ON DELETE CASCADE,
  seq        integer NOT NULL,
  event_id   text NOT NULL,
  run_id     text NOT NULL,
  type       text NOT NULL,
  at         timestamptz NOT NULL,
  agent      text NOT NULL,
  data       json NOT NULL,
  PRIMARY KEY (thread_id, seq)
);

CREATE TABLE runs (
  run_id          text PRIMARY KEY,
  thread_id       text NOT NULL REFERENCES threads ON DELETE CASCADE,
  owner_id        text NOT NULL,
  agent           text NOT NULL,
  status          text NOT NULL
    CHECK (status IN ('queued', 'running', 'waiting_approval', 'completed', 'failed', 'cancelled')),
  code            text,
  -- Who asked, as the turn tells the agent: a process that takes over needs it.
  requester       json NOT NULL,
  -- `seq` of the message that asked: the run's place in the queue, and where its events start.
  start_seq       integer NOT NULL,
  -- Of the agent's answer.
  message_id      text NOT NULL,
  cancel_by       text,
  lease_owner     text,
  lease_until     timestamptz,
  attempt         integer NOT NULL DEFAULT 0,
  usage           json,
  created_at      timestamptz NOT NULL,
  started_at      timestamptz,
  ended_at        timestamptz
);
CREATE UNIQUE INDEX runs_one_running ON runs (thread_id) WHERE status IN ('running', 'waiting_approval');
CREATE INDEX runs_open ON runs (thread_id, start_seq) WHERE status IN ('queued', 'running', 'waiting_approval');
CREATE INDEX runs_lease ON runs (lease_until) WHERE status IN ('queued', 'running', 'waiting_approval');
CREATE INDEX runs_thread ON runs (thread_id);

CREATE TABLE messages (
  message_id  text PRIMARY KEY,
  thread_id   text NOT NULL REFERENCES threads ON DELETE CASCADE,
  run_id      text NOT NULL,
  -- `seq` of the event that made it: `user_message`, or the end of the run.
  seq         integer NOT NULL,
  role        text NOT NULL CHECK (role IN ('user', 'agent')),
  text        text NOT NULL,
  status      text NOT NULL CHECK (status IN ('complete', 'partial')),
  parts       json,
  -- Sent to steer a run that has not taken it yet.
  steering    boolean NOT NULL DEFAULT false,
  created_at  timestamptz NOT NULL,
  UNIQUE (thread_id, seq)
);
CREATE INDEX messages_steering ON messages (run_id) WHERE steering;

-- Results of tools that are too large to travel in an event.
CREATE TABLE tool_results (
  run_id        text NOT NULL,
  tool_call_id  text NOT NULL,
  thread_id     text NOT NULL REFERENCES threads ON DELETE CASCADE,
  owner_id      text NOT NULL,
  media_type    text NOT NULL,
  bytes         integer NOT NULL,
  body          json NOT NULL,
  PRIMARY KEY (run_id, tool_call_id)
);
CREATE INDEX tool_results_thread ON tool_results (thread_id);

CREATE TABLE idempotency (
  owner_id    text NOT NULL,
  client_id   text NOT NULL,
  body_hash   text NOT NULL,
  response    json NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (owner_id, client_id)
);
CREATE INDEX idempotency_created_at ON idempotency (created_at);
