-- Secrets of services, besides the one of the environment. Only SHA-256 of a secret of 256 random bits is kept.
create table service_credentials (
  credential_id text primary key,
  service_id text not null,
  secret_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

create index service_credentials_service_id_idx on service_credentials (service_id);
