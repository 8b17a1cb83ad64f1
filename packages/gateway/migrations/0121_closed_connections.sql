-- Connections that did not end by a goodbye of the client, for diagnosis. Written asynchronously, swept by age.
CREATE TABLE closed_connections (
  connection_id  text PRIMARY KEY,
  at             timestamptz NOT NULL,
  record         jsonb NOT NULL
);

CREATE INDEX closed_connections_at ON closed_connections (at DESC);
