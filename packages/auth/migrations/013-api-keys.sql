-- Keys for programs of a user. Only SHA-256 of a key of 256 random bits is kept.
create table api_keys (
  key_id text primary key,
  user_id text not null references "user" ("id") on delete cascade,
  name text not null,
  key_hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz
);

create index api_keys_user_id_idx on api_keys (user_id);
