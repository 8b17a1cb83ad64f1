-- Users for end-to-end tests: the only ones for whom the E2E key opens anything.
create table e2e_users (
  user_id text primary key references "user" ("id") on delete cascade
);

-- Users whom another trusted issuer vouches for. The id is made of issuer and subject.
create table external_users (
  user_id text primary key references "user" ("id") on delete cascade,
  issuer text not null,
  email text,
  created_at timestamptz not null,
  seen_at timestamptz not null
);
