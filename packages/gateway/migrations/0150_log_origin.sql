-- Where the numbers of the events were given: another place has another history after some point, and new epochs then.
CREATE TABLE log_origin (
  is_only     boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  origin      text NOT NULL,
  changed_at  timestamptz NOT NULL DEFAULT now()
);
