-- The root cause of a refused attempt, written once it was found: what the console lists and filters by.
ALTER TABLE attempts ADD COLUMN root_cause text;

CREATE INDEX attempts_root_cause_at ON attempts (root_cause, at DESC) WHERE root_cause IS NOT NULL;
