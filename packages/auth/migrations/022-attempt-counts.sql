-- Attempts per account, per address and per route. A lost table costs nothing but the counts.
create unlogged table attempt_counts (
  key text primary key,
  count integer not null,
  resets_at timestamptz not null
);

create index attempt_counts_resets_at on attempt_counts (resets_at);
