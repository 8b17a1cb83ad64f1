-- The revocation feed. Inserts happen one transaction after the other (an advisory lock), so that cursors become
-- visible in their order and a reader that asks "after N" misses nothing.
create table revocations (
  cursor bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null check (kind in ('token', 'session', 'user', 'key')),
  code text not null,
  issuer text not null,
  user_id text,
  session_id text,
  jti text,
  kid text,
  not_before timestamptz,
  expires_at timestamptz not null
);

create index revocations_expires_at_idx on revocations (expires_at);
