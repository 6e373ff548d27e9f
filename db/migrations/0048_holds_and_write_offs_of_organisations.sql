-- What is paid to organisations is held, drawn for inspection and looked into as what is paid to people is.

-- ─── lines of a run, whoever is paid ───────────────────────────────────────────────────────────────────────────────────
-- `organisation_id`: the facility of a person's line; of the others the payee itself
create view run_lines as
select run_id, person_id as payee_id, person_id, organisation_id, month, component, amount_fen from allowance_lines
union all
select run_id, organisation_id, null, organisation_id, month, component, amount_fen from organisation_lines;

-- ─── held lines ────────────────────────────────────────────────────────────────────────────────────────────────────────
do $$
declare found record;
begin
  for found in select conname from pg_constraint where conrelid = 'line_holds'::regclass and contype = 'f' and confrelid = 'line_holds'::regclass loop
    execute format('alter table line_holds drop constraint %I', found.conname);
  end loop;
end $$;
alter table line_holds
  drop constraint line_holds_once,
  drop constraint line_holds_id_person_id_scheme_code_month_component_key,
  alter column person_id drop not null,
  add column organisation_id uuid references organisations,
  add column payee_id uuid not null generated always as (coalesce(person_id, organisation_id)) stored,
  add constraint line_holds_payee check (num_nonnulls(person_id, organisation_id) = 1),
  add unique (id, payee_id, scheme_code, month, component),
  add constraint line_holds_once unique nulls not distinct (payee_id, scheme_code, month, component, replaces_id),
  add foreign key (run_id, organisation_id, month, component) references organisation_lines;
alter table line_holds
  add foreign key (replaces_id, payee_id, scheme_code, month, component) references line_holds (id, payee_id, scheme_code, month, component);

create or replace view standing_holds as
  select h.id, h.scheme_code, own.person_id, h.month, h.component, h.run_id, h.cause, h.reason, h.held_by, h.held_at, h.replaces_id,
    coalesce(own.person_id, h.organisation_id) as payee_id
  from line_holds h cross join lateral (
    select h.person_id
    union all select survivor_of(p.id) from people p where p.id = h.person_id and p.merged_into is not null) own
  where not exists (select from line_releases r where r.hold_id = h.id);

create function guard_held_organisation_lines() returns trigger language plpgsql as $$
begin
  if exists (select from added a join standing_holds h on (h.payee_id, h.scheme_code, h.month, h.component) = (a.organisation_id, a.scheme_code, a.month, a.component)) then
    raise exception 'a line that is held back is not booked' using errcode = 'HY002', constraint = 'allowance_ledger_held';
  end if;
  return null;
end $$;
create trigger organisation_ledger_held after insert on organisation_ledger referencing new table as added
  for each statement execute function guard_held_organisation_lines();

-- ─── sample ────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- The lots are the order of SHA-256(seed payee month component).
alter table run_inspections drop constraint run_inspections_run_id_person_id_month_component_fkey, drop constraint run_inspections_pkey;
alter table run_sample_lines
  drop constraint run_sample_lines_pkey,
  alter column person_id drop not null,
  add column organisation_id uuid references organisations,
  add column payee_id uuid not null generated always as (coalesce(person_id, organisation_id)) stored,
  add constraint run_sample_lines_payee check (num_nonnulls(person_id, organisation_id) = 1),
  add constraint run_sample_lines_pkey primary key (run_id, payee_id, month, component),
  add foreign key (run_id, organisation_id, month, component) references organisation_lines;
alter table run_inspections
  alter column person_id drop not null,
  add column organisation_id uuid references organisations,
  add column payee_id uuid not null generated always as (coalesce(person_id, organisation_id)) stored,
  add constraint run_inspections_payee check (num_nonnulls(person_id, organisation_id) = 1),
  add constraint run_inspections_pkey primary key (run_id, payee_id, month, component),
  add foreign key (run_id, payee_id, month, component) references run_sample_lines;

create or replace function guard_review() returns trigger language plpgsql as $$
begin
  if exists (
    select from run_findings f left join run_facilities k on k.run_id = f.run_id and k.organisation_id = f.organisation_id
    where f.run_id = new.run_id and coalesce(k.reviewer, 'district') = new.reviewer
      and not exists (select from finding_answers a where a.finding_id = f.id)) then
    raise exception 'a finding is not answered' using errcode = 'HY002', constraint = 'run_reviews_answered';
  end if;
  if exists (
    select from run_sample_lines s join run_lines l using (run_id, payee_id, month, component)
      left join run_facilities k on k.run_id = l.run_id and k.organisation_id = l.organisation_id
    where s.run_id = new.run_id and coalesce(k.reviewer, 'district') = new.reviewer
      and not exists (select from run_inspections i where (i.run_id, i.payee_id, i.month, i.component) = (s.run_id, s.payee_id, s.month, s.component))) then
    raise exception 'a line of the sample was not looked into' using errcode = 'HY002', constraint = 'run_reviews_inspected';
  end if;
  return new;
end $$;
