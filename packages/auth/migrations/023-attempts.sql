-- What the ids in refusals lead to, for a week. Nothing about who was refused.
create table attempts (
  attempt_id text primary key,
  at timestamptz not null,
  code text not null
);

create index attempts_at on attempts (at);
