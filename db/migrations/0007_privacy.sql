-- Personal data by construction: documents of a person under every key in force, keys that can be exchanged, how long what is kept,
-- and people of whom only ids and sums remain.

-- ─── identity documents: one person for life, several documents ────────────────────────────────────────────────────────
-- A row is one document under one key: while keys are exchanged a document has a row for each of them, under the same document_id,
-- so that the primary key on the hash refuses doubles at every moment.
alter table person_documents
  add column document_id uuid not null default new_id(),
  add column key_id text not null default 'k1',
  add column id_type text check (id_type in ('resident_id', 'residence_permit', 'travel_permit', 'permanent_residence', 'passport')),
  add column number_sealed text,
  add column number_masked text,
  add column recorded_at timestamptz not null default now(),
  add column recorded_by uuid;
update person_documents d set id_type = p.id_type, number_sealed = p.id_number_sealed, number_masked = p.id_number_masked, recorded_at = p.created_at
from people p where p.id = d.person_id;
alter table person_documents
  alter column id_type set not null,
  alter column number_sealed set not null,
  alter column number_masked set not null,
  alter column key_id drop default;
create unique index person_documents_once_a_key on person_documents (document_id, key_id);

-- ─── keys: what was sealed may be sealed again with another key, and nothing else of it may change ─────────────────────
drop trigger payment_files_frozen on payment_files;
create function guard_payment_file() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'content_sealed' is distinct from to_jsonb(old) - 'content_sealed' then
    raise exception 'payment_files is append-only: only its seal may be renewed' using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger payment_files_frozen before delete or truncate on payment_files execute function refuse_change();
create trigger payment_files_sealed before update on payment_files for each row execute function guard_payment_file();

-- ─── erasure: the facts and the money stay with their ids, the person behind them is gone for good ─────────────────────
alter table people
  add column erased_at timestamptz,
  alter column id_number_sealed drop not null,
  add constraint people_erased check (case when erased_at is null then id_number_sealed is not null else
    (name, name_pinyin, name_initials, id_number_masked) = ('已删除', '', '', '')
    and num_nonnulls(id_number_sealed, sex, birth_date, education, stated_education, phone, bank_account_sealed, bank_account_masked) = 0 end);
create function guard_erased_person() returns trigger language plpgsql as $$
begin
  if old.erased_at is not null and new.erased_at is distinct from old.erased_at then
    raise exception 'an erased person stays erased' using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger people_erased_for_good before update of erased_at on people for each row execute function guard_erased_person();
-- nothing new is written about somebody who is gone; the lock of the foreign key makes the writer wait for an erasure under way
create function refuse_erased() returns trigger language plpgsql as $$
begin
  if exists (select from added a join people p on p.id = a.person_id where p.erased_at is not null) then
    raise exception 'a person of a row of % was erased', tg_table_name using errcode = '23514', constraint = 'person_erased';
  end if;
  return null;
end $$;
do $$
declare name text;
begin
  foreach name in array array['person_documents', 'roster_entries', 'employments', 'service_months', 'education_hours', 'conduct_events', 'educations',
    'enrolments', 'competition_entries', 'certificates', 'accounts'] loop
    execute format('create trigger %I after insert on %I referencing new table as added for each statement execute function refuse_erased()', name || '_erased', name);
  end loop;
end $$;

-- ─── retention: how long what is kept, as dated facts with their source; what was not confirmed erases nothing ─────────
create table retention_rules (
  code text primary key,
  what text not null,
  what_en text not null,
  -- half a year is 6 months, not 180 days; a technical limit may be days or, with 0, the end that the row itself carries
  keep_months smallint check (keep_months > 0),
  keep_days smallint check (keep_days >= 0),
  action text not null check (action in ('keep', 'delete', 'erase')),
  citation text not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  sources text[] not null,
  active boolean not null,
  check (num_nonnulls(keep_months, keep_days) <= 1),
  constraint retention_rules_confirmed check (not active or (confidence in ('seen', 'confirmed') and num_nonnulls(keep_months, keep_days) = 1))
);
