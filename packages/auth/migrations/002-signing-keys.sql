-- Private halves are sealed with a key that is not in the database (src/keys/sealed.ts).
create table signing_keys (
  kid text primary key,
  public_jwk jsonb not null,
  sealed_private_jwk bytea not null,
  created_at timestamptz not null default now()
);
