-- Keys for an institution's own systems (接口密钥): a key acts for the account that made it, within its scopes. Only the SHA-256
-- of a key is here; a key is never changed or deleted, it ends by its date or by a revocation.

create table api_keys (
  id uuid primary key default new_id(),
  -- the part of the key that may be shown
  prefix text not null unique check (prefix ~ '^hyk_[0-9a-f]{12}$'),
  key_sha256 text not null check (key_sha256 ~ '^[0-9a-f]{64}$'),
  name text not null check (length(name) between 2 and 60),
  scopes text[] not null check (cardinality(scopes) > 0),
  account_id uuid not null references accounts,
  -- where the account acted when it made the key: an account that moves leaves its keys behind
  role text not null,
  organisation_id uuid references organisations,
  district_code text references districts,
  made_at timestamptz not null,
  -- the last day on which it opens
  valid_until date not null,
  -- written once a minute at most
  last_used_at timestamptz,
  constraint api_keys_one_year check (valid_until between (made_at at time zone 'Asia/Shanghai')::date
    and (made_at at time zone 'Asia/Shanghai')::date + interval '1 year')
);
create index api_keys_by_organisation on api_keys (organisation_id, name);
create index api_keys_by_account on api_keys (account_id);

create function guard_api_key() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or to_jsonb(old) - 'last_used_at' <> to_jsonb(new) - 'last_used_at' then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger api_keys_kept before update or delete on api_keys for each row execute function guard_api_key();
create trigger api_keys_frozen before truncate on api_keys execute function refuse_change();

create table api_key_revocations (
  api_key_id uuid constraint api_key_revocations_once primary key references api_keys,
  reason text not null check (length(reason) between 2 and 500),
  revoked_by uuid not null references accounts,
  revoked_at timestamptz not null
);
create trigger api_key_revocations_frozen before update or delete or truncate on api_key_revocations execute function refuse_change();

-- What was done with a key says with which one; what it asked for is done later in its name.
alter table history_events add column api_key_id uuid references api_keys;
alter table jobs add column api_key_id uuid references api_keys;
-- events without a key keep the hash they have
create or replace function history_hash(e history_events) returns text language sql stable as $$
  select encode(sha256(convert_to((jsonb_build_array(e.previous_hash,
    e.seq, (extract(epoch from e.at) * 1000000)::bigint, e.actor_id, e.actor_name, e.kind, e.subject_kind, e.subject_id, e.organisation_id, e.district_code, e.reason, e.changes, e.request_id)
    || case when e.api_key_id is null then '[]' else jsonb_build_array(e.api_key_id) end)::text, 'UTF8')), 'hex')
$$;
