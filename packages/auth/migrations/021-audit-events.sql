-- Every security event: who did what to whom, when, from where. Rows are only ever added, and removed by age.
create table audit_events (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  action text not null,
  -- Who did it: a user's or service's id; null when nobody was signed in.
  actor_id text,
  actor_kind text not null check (actor_kind in ('user', 'service', 'system', 'nobody')),
  -- To whose account. No foreign key: the record outlives the account.
  user_id text,
  client_address text,
  user_agent text,
  details jsonb not null default '{}'
);

create index audit_events_user_id on audit_events (user_id, id desc);
create index audit_events_action on audit_events (action, id desc);
create index audit_events_at on audit_events (at);
