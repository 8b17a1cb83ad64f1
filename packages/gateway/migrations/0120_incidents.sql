-- Refusals of one root cause, as one thing to mend. One row is written over while its incident is open.
CREATE TABLE incidents (
  incident_id  text PRIMARY KEY,
  is_open      boolean NOT NULL,
  last_seen    timestamptz NOT NULL,
  record       jsonb NOT NULL
);

CREATE INDEX incidents_last_seen ON incidents (last_seen DESC);
CREATE INDEX incidents_open ON incidents (last_seen) WHERE is_open;
