-- Single-use credentials for browsers. The ticket itself is not kept: its hash finds the row, and the access token
-- it stands for is sealed with a key that only the ticket yields. A copy of this table opens nothing.
CREATE TABLE tickets (
  ticket_hash   bytea PRIMARY KEY,
  sealed_token  bytea,
  user_id       text NOT NULL,
  session_id    text NOT NULL,
  origin        text,
  environment   text NOT NULL,
  expires_at    timestamptz NOT NULL,
  used_at       timestamptz,
  refusal       jsonb
);

CREATE INDEX tickets_expires_at ON tickets (expires_at);

-- Refused handshakes, for diagnosis and for clients that hold the id. Written asynchronously, swept by age.
CREATE TABLE attempts (
  attempt_id  text PRIMARY KEY,
  at          timestamptz NOT NULL,
  code        text NOT NULL,
  user_id     text,
  record      jsonb NOT NULL
);

CREATE INDEX attempts_at ON attempts (at DESC);
CREATE INDEX attempts_user_id_at ON attempts (user_id, at DESC) WHERE user_id IS NOT NULL;
