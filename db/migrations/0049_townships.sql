-- Townships and streets (镇街): each reviews the facilities of a run that lie in it, as a step of its own, and sees nothing else of the run.

create table townships (
  -- nine digits of the division code, the first six of them the district's
  code text primary key check (code ~ '^\d{9}$'),
  district_code text not null references districts,
  name text not null check (length(name) between 2 and 60),
  constraint townships_in_district check (left(code, 6) = district_code),
  constraint townships_place unique (code, district_code),
  constraint townships_name unique (district_code, name)
);

-- ─── where an organisation lies; null: not recorded ────────────────────────────────────────────────────────────────────
alter table organisations
  add column township_code text,
  add constraint organisations_township foreign key (township_code, district_code) references townships (code, district_code);
alter table organisation_standings add column township_code text;
create or replace function record_organisation_standing() returns trigger language plpgsql as $$
declare since timestamptz;
begin
  if tg_op = 'UPDATE' and (old.facility_kind, old.ownership, old.district_code, old.township_code, old.parent_id, old.closed_on)
      is not distinct from (new.facility_kind, new.ownership, new.district_code, new.township_code, new.parent_id, new.closed_on) then
    return null;
  end if;
  perform pg_advisory_xact_lock_shared(4806);
  -- a coarse clock may show the same instant twice; the next standing starts where the last one ends
  update organisation_standings set known_to = greatest(clock_timestamp(), known_from + interval '1 microsecond')
    where organisation_id = new.id and known_to = 'infinity' returning known_to into since;
  insert into organisation_standings (organisation_id, facility_kind, ownership, district_code, township_code, parent_id, closed_on, known_from)
    values (new.id, new.facility_kind, new.ownership, new.district_code, new.township_code, new.parent_id, new.closed_on, coalesce(since, clock_timestamp()));
  return null;
end $$;

-- ─── whose an account is; null: the whole district's, and what lies in no township that is recorded ────────────────────
alter table accounts
  add column township_code text,
  add constraint accounts_township foreign key (township_code, district_code) references townships (code, district_code),
  add constraint accounts_township_role check (township_code is null or (role = 'township' and district_code is not null));
create or replace function note_account_moved() returns trigger language plpgsql as $$
begin
  insert into account_decisions (account_id, kind, reason, decided_by, decided_at)
  values (new.id, 'moved', concat_ws(' ', old.username, old.role, old.organisation_id, old.district_code, old.township_code, '→',
    new.username, new.role, new.organisation_id, new.district_code, new.township_code), '00000000-0000-7000-8000-000000000000', clock_timestamp());
  return null;
end $$;
drop trigger accounts_moved on accounts;
create trigger accounts_moved after update on accounts for each row
  when ((old.username, old.role, old.organisation_id, old.district_code, old.township_code)
    is distinct from (new.username, new.role, new.organisation_id, new.district_code, new.township_code))
  execute function note_account_moved();

-- ─── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- as it was when the run was submitted; null: not the township's to review, or its township was not recorded
alter table run_facilities
  add column township_code text references townships,
  add constraint run_facilities_township check (township_code is null or reviewer = 'township');
create index run_facilities_by_township on run_facilities (run_id, township_code) where township_code is not null;
alter table run_reviews drop constraint run_reviews_run_id_reviewer_fkey, drop constraint run_reviews_pkey;
alter table run_steps
  drop constraint run_steps_pkey,
  add column township_code text references townships,
  -- a key that is never null
  add column place text not null generated always as (coalesce(township_code, '')) stored,
  add constraint run_steps_township check (township_code is null or reviewer = 'township'),
  add primary key (run_id, reviewer, place);
create index run_steps_by_township on run_steps (township_code, run_id) where township_code is not null;
alter table run_reviews
  add column township_code text,
  add column place text not null generated always as (coalesce(township_code, '')) stored,
  add primary key (run_id, reviewer, place),
  add foreign key (run_id, reviewer, place) references run_steps;

create or replace function guard_review() returns trigger language plpgsql as $$
begin
  if exists (
    select from run_findings f left join run_facilities k on k.run_id = f.run_id and k.organisation_id = f.organisation_id
    where f.run_id = new.run_id and coalesce(k.reviewer, 'district') = new.reviewer and k.township_code is not distinct from new.township_code
      and not exists (select from finding_answers a where a.finding_id = f.id)) then
    raise exception 'a finding is not answered' using errcode = 'HY002', constraint = 'run_reviews_answered';
  end if;
  if exists (
    select from run_sample_lines s join run_lines l using (run_id, payee_id, month, component)
      left join run_facilities k on k.run_id = l.run_id and k.organisation_id = l.organisation_id
    where s.run_id = new.run_id and coalesce(k.reviewer, 'district') = new.reviewer and k.township_code is not distinct from new.township_code
      and not exists (select from run_inspections i where (i.run_id, i.payee_id, i.month, i.component) = (s.run_id, s.payee_id, s.month, s.component))) then
    raise exception 'a line of the sample was not looked into' using errcode = 'HY002', constraint = 'run_reviews_inspected';
  end if;
  return new;
end $$;
create or replace function guard_approval() returns trigger language plpgsql as $$
begin
  if new.kind <> 'approval' then return new; end if;
  if exists (select from run_steps s where s.run_id = new.run_id
      and not exists (select from run_reviews v where (v.run_id, v.reviewer, v.place) = (s.run_id, s.reviewer, s.place)))
    or not exists (select from run_steps s where s.run_id = new.run_id) then
    raise exception 'a step of the review is not decided' using errcode = 'HY002', constraint = 'allowance_decisions_reviewed';
  end if;
  if made_run(new.run_id, new.decided_by) or exists (select from run_reviews v where v.run_id = new.run_id and v.decided_by = new.decided_by) then
    raise exception 'whoever made or reviewed a run does not approve it' using errcode = 'HY002', constraint = 'run_approved_by_others';
  end if;
  return new;
end $$;

-- ─── sample ────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- drawn of each kind of facility within each step, so that every township has its share
alter table run_sample_lines
  add column township_code text references townships,
  drop constraint run_sample_lines_run_id_facility_kind_lot_key,
  add constraint run_sample_lines_lots unique nulls not distinct (run_id, facility_kind, township_code, lot);
