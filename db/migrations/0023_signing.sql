-- Keys that issuers sign certificates with, and what was signed: ECDSA is not deterministic, so a signature is kept, never made again.

create table signing_keys (
  -- RFC 7638: the SHA-256 of the public key, base64url
  id text primary key check (id ~ '^[A-Za-z0-9_-]{43}$'),
  organisation_id uuid not null references organisations,
  algorithm text not null check (algorithm = 'ES256'),
  public_jwk jsonb not null check (not public_jwk ? 'd'),
  -- X.509, DER
  certificate_der bytea not null,
  -- PKCS#8 in base64, sealed by the vault
  private_sealed text not null,
  valid_from timestamptz not null,
  replaces text,
  constraint signing_keys_of_organisation unique (id, organisation_id),
  constraint signing_keys_replaced_once unique (replaces)
);
-- One first key an organisation, and each later one replaces a retired key of its own, once: the key that is not retired is the current one.
create unique index signing_keys_first on signing_keys (organisation_id) where replaces is null;
create index signing_keys_by_organisation on signing_keys (organisation_id, valid_from);

create table signing_key_retirements (
  key_id text primary key,
  organisation_id uuid not null,
  retired_at timestamptz not null,
  -- null: the program itself
  retired_by uuid,
  reason text not null check (length(reason) between 2 and 500),
  constraint signing_key_retirements_own unique (key_id, organisation_id),
  foreign key (key_id, organisation_id) references signing_keys (id, organisation_id)
);
create trigger signing_key_retirements_frozen before update or delete or truncate on signing_key_retirements execute function refuse_change();
alter table signing_keys add foreign key (replaces, organisation_id) references signing_key_retirements (key_id, organisation_id);

-- A key is never changed; only its sealing follows the vault's key.
create function guard_signing_key() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or to_jsonb(old) - 'private_sealed' <> to_jsonb(new) - 'private_sealed' then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger signing_keys_kept before update or delete on signing_keys for each row execute function guard_signing_key();
create trigger signing_keys_frozen before truncate on signing_keys execute function refuse_change();

-- What makes the file of a certificate the file that was issued, beside what was printed.
create table certificate_proofs (
  certificate_id uuid primary key references certificates,
  key_id text not null references signing_keys,
  -- the signature in the PDF: CMS SignedData, DER
  cms bytea not null,
  -- the credential attached to the PDF, and its place in a list of revocations
  credential_jwt text,
  status_list_id integer,
  status_index integer,
  constraint certificate_proofs_place unique (status_list_id, status_index),
  check ((status_list_id is null) = (status_index is null))
);
create trigger certificate_proofs_frozen before update or delete or truncate on certificate_proofs execute function refuse_change();

-- A certificate that can be signed has its proof, or is not there: whatever ends between the two leaves neither.
create function guard_certificate_proven() returns trigger language plpgsql as $$
begin
  if not exists (select from certificate_proofs where certificate_id = new.id) then
    raise exception 'certificate % has no proof', new.number using errcode = 'HY002', constraint = 'certificates_proven';
  end if;
  return null;
end $$;
create constraint trigger certificates_proven after insert on certificates deferrable initially deferred
  for each row when (new.printed ->> 'drawing' = '2') execute function guard_certificate_proven();

create function guard_proof_key() returns trigger language plpgsql as $$
begin
  if exists (
    select from added join certificates c on c.id = added.certificate_id join signing_keys k on k.id = added.key_id
    where k.organisation_id <> c.issuer_organisation_id
  ) then
    raise exception 'a certificate is signed with a key of its issuer' using errcode = 'HY002', constraint = 'certificate_proofs_key';
  end if;
  return null;
end $$;
create trigger certificate_proofs_key after insert on certificate_proofs referencing new table as added
  for each statement execute function guard_proof_key();
