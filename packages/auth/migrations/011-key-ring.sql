-- A key is next (published, signs nothing yet), active (the one that signs), retiring (published until its last token
-- has ended) or revoked (published nowhere; its private half is erased).
alter table signing_keys
  add column state text not null default 'retiring' check (state in ('next', 'active', 'retiring', 'revoked')),
  add column activate_at timestamptz,
  add column activated_at timestamptz,
  add column retiring_at timestamptz,
  add column revoked_at timestamptz,
  alter column sealed_private_jwk drop not null;

update signing_keys set state = 'active', activated_at = created_at
 where kid = (select kid from signing_keys order by created_at desc, kid limit 1);
update signing_keys set activated_at = created_at, retiring_at = now() where state = 'retiring';

alter table signing_keys alter column state drop default;
create unique index signing_keys_one_active_idx on signing_keys (state) where state = 'active';
create unique index signing_keys_one_next_idx on signing_keys (state) where state = 'next';
