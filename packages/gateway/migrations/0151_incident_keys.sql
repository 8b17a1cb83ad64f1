-- One open incident for a cause, whichever nodes meet it: its key says which cause, its users who was met, each once.
ALTER TABLE incidents ADD COLUMN key text;
ALTER TABLE incidents ADD COLUMN users text[] NOT NULL DEFAULT '{}';
-- Those of before have no key: they end here, and what goes on becomes a new one.
UPDATE incidents SET is_open = false,
  record = record || jsonb_build_object('state', 'closed', 'closed_at', record->>'last_seen') WHERE is_open;
CREATE UNIQUE INDEX incidents_open_key ON incidents (key) WHERE is_open;
