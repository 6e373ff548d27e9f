-- What others state and the register depends on: certificates issued elsewhere, and what the bank did with each payment of a file.

-- A certificate of another body, as its holder showed it to an institution. It proves nothing by itself (a number has no check
-- digit): it counts once an officer found it in an official register.
create table external_certificates (
  person_id uuid not null references people,
  id uuid not null default new_id(),
  -- counts the corrections: what an officer found in a register was found of one revision and says nothing of the next
  revision integer not null default 1 check (revision > 0),
  number text not null check (number ~ '^[A-Z0-9]{6,40}$'),
  kind text not null check (kind in ('skill_level', 'qualification')),
  occupation_code text not null references occupations,
  occupation_name text not null,
  standard_edition text,
  level smallint not null check (level between 1 and 5),
  issuer_name text not null check (length(issuer_name) between 2 and 120),
  issued_on date not null,
  valid_until date check (valid_until > issued_on),
  evidence text,
  -- who recorded this revision
  organisation_id uuid not null references organisations,
  recorded_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  primary key (person_id, id, known_from)
);
create unique index external_certificates_current on external_certificates (number, kind) where known_to = 'infinity';
create unique index external_certificates_by_id on external_certificates (id) where known_to = 'infinity';

-- an officer looked it up in an official register; the newest finding counts
create table external_certificate_checks (
  id uuid primary key default new_id(),
  certificate_id uuid not null,
  revision integer not null,
  registry text not null check (registry in ('osta', 'zheli_kangyang', 'yong_yi_yang')),
  result text not null check (result in ('found', 'not_found', 'mismatch')),
  checked_on date not null,
  evidence text not null,
  checked_by uuid,
  known_from timestamptz not null default clock_timestamp()
);
create index external_certificate_checks_by_certificate on external_certificate_checks (certificate_id, revision);
create trigger external_certificate_checks_frozen before update or delete or truncate on external_certificate_checks execute function refuse_change();

-- the id of a fact is not unique over its revisions, so no foreign key can hold this
create function guard_external_check() returns trigger language plpgsql as $$
begin
  perform 1 from external_certificates where id = new.certificate_id and revision = new.revision and known_to = 'infinity';
  if not found then
    raise exception 'revision % of certificate % is not on record', new.revision, new.certificate_id using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger external_certificate_checks_of_current before insert on external_certificate_checks for each row execute function guard_external_check();

-- a certificate of this register is looked up here, never recorded as somebody else's
create function guard_external_certificate() returns trigger language plpgsql as $$
begin
  if exists (select from certificates where number = new.number) then
    raise exception 'certificate % was issued in this register', new.number using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger external_certificates_elsewhere before insert on external_certificates for each row execute function guard_external_certificate();

-- What the bank answered to a payment file, one current answer a person. A later answer (a credit that came back after days)
-- closes the one before and stands beside it.
alter table payment_files add constraint payment_files_of_run unique (id, run_id);
create table payment_results (
  id uuid primary key default new_id(),
  file_id uuid not null,
  run_id uuid not null,
  person_id uuid not null references people,
  outcome text not null check (outcome in ('paid', 'returned')),
  reason_code text check (reason_code in ('name_mismatch', 'closed', 'frozen', 'wrong_account', 'dormant', 'limit', 'other')),
  reason text,
  amount_fen integer not null check (amount_fen > 0),
  bank_reference text,
  settled_on date not null,
  recorded_by uuid not null,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  foreign key (file_id, run_id) references payment_files (id, run_id),
  check ((outcome = 'returned') = (reason_code is not null)),
  check (reason_code is distinct from 'other' or coalesce(length(reason), 0) > 1)
);
create unique index payment_results_current on payment_results (file_id, person_id) where known_to = 'infinity';
-- whatever the number of files made of a run, nobody is paid twice
create unique index payment_results_paid_once on payment_results (run_id, person_id) where known_to = 'infinity' and outcome = 'paid';

create function only_close() returns trigger language plpgsql as $$
begin
  if old.known_to <> 'infinity' or new.known_to = 'infinity' or to_jsonb(new) - 'known_to' <> to_jsonb(old) - 'known_to' then
    raise exception '% is append-only: only an open row can be closed', tg_table_name using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger payment_results_closed before update on payment_results for each row execute function only_close();
create trigger payment_results_frozen before delete or truncate on payment_results execute function refuse_change();

create trigger external_certificates_of_nobody_merged after insert on external_certificates referencing new table as added for each statement execute function guard_merged_person();
create trigger external_certificates_erased after insert on external_certificates referencing new table as added for each statement execute function refuse_erased();
