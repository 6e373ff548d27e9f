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

-- ─── write-offs of what organisations owe ──────────────────────────────────────────────────────────────────────────────
-- One proposes with a document, another decides; what is agreed is an entry of the account. Where a later run gives back a month (the
-- ledger of it goes up again) what was written off is taken from that first: nobody is paid what they kept.
create table organisation_write_offs (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations,
  scheme_code text not null references schemes,
  district_code text not null references districts,
  amount_fen integer not null check (amount_fen > 0),
  reason text not null check (length(reason) between 2 and 1000),
  document text not null check (length(document) between 4 and 200),
  proposed_by uuid not null,
  proposed_at timestamptz not null default clock_timestamp(),
  unique (id, proposed_by),
  unique (id, organisation_id, scheme_code, district_code, amount_fen)
);
create index organisation_write_offs_by_organisation on organisation_write_offs (organisation_id);
create table organisation_write_off_decisions (
  write_off_id uuid not null,
  proposed_by uuid not null,
  approved boolean not null,
  reason text not null check (length(reason) between 2 and 1000),
  decided_by uuid not null,
  decided_at timestamptz not null default clock_timestamp(),
  constraint organisation_write_off_decisions_once primary key (write_off_id),
  foreign key (write_off_id, proposed_by) references organisation_write_offs (id, proposed_by),
  constraint organisation_write_off_decisions_by_another check (decided_by <> proposed_by)
);
create trigger organisation_write_offs_frozen before update or delete or truncate on organisation_write_offs execute function refuse_change();
create trigger organisation_write_off_decisions_frozen before update or delete or truncate on organisation_write_off_decisions execute function refuse_change();

do $$
declare found record;
begin
  for found in select conname from pg_constraint where conrelid = 'organisation_dues'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%paid_on%' loop
    execute format('alter table organisation_dues drop constraint %I', found.conname);
  end loop;
end $$;
alter table organisation_dues
  drop constraint organisation_dues_repayment,
  add column write_off_id uuid unique references organisation_write_off_decisions,
  add column prev_written_off_fen integer,
  -- of a run: what was written off and proves to be due after all; part of minus_fen
  add column regained_fen integer not null default 0 check (regained_fen >= 0 and regained_fen <= minus_fen),
  add column written_off_fen integer not null generated always as
    (coalesce(prev_written_off_fen, 0) + case when write_off_id is null then 0 else plus_fen end - regained_fen) stored
    constraint organisation_written_off check (written_off_fen >= 0);
alter table organisation_dues disable trigger organisation_dues_frozen;
update organisation_dues set prev_written_off_fen = 0 where prev_seq is not null;
alter table organisation_dues enable trigger organisation_dues_frozen;
alter table organisation_dues
  add check ((prev_seq is null) = (prev_written_off_fen is null)),
  -- a run, a repayment or a write-off
  add check (num_nonnulls(run_id, paid_on, write_off_id) = 1 and (paid_on is null) = (reference is null)),
  add constraint organisation_dues_repayment check (run_id is not null or (plus_fen > 0 and minus_fen = 0 and plus_fen <= prev_owed_fen)),
  add unique (organisation_id, scheme_code, district_code, seq, written_off_fen),
  add foreign key (organisation_id, scheme_code, district_code, prev_seq, prev_written_off_fen)
    references organisation_dues (organisation_id, scheme_code, district_code, seq, written_off_fen),
  add foreign key (write_off_id, organisation_id, scheme_code, district_code, plus_fen)
    references organisation_write_offs (id, organisation_id, scheme_code, district_code, amount_fen);

create function guard_organisation_write_off() returns trigger language plpgsql as $$
begin
  if exists (select from organisation_write_offs w where (w.organisation_id, w.scheme_code, w.district_code) = (new.organisation_id, new.scheme_code, new.district_code)
      and not exists (select from organisation_write_off_decisions d where d.write_off_id = w.id)) then
    raise exception 'a write-off of the account is still to be decided' using errcode = 'HY002', constraint = 'recovery_write_offs_one_open';
  end if;
  return new;
end $$;
create trigger organisation_write_offs_guard before insert on organisation_write_offs for each row execute function guard_organisation_write_off();

create or replace function check_organisation_dues() returns trigger language plpgsql as $$
declare
  booked record;
begin
  select coalesce(sum(amount_fen) filter (where amount_fen > 0), 0) as plus, coalesce(-sum(amount_fen) filter (where amount_fen < 0), 0) as minus
    into booked from organisation_ledger where run_id = new.run_id and organisation_id = new.organisation_id;
  if new.run_id is not null and not exists (select from organisation_dues d where d.run_id = new.run_id and d.organisation_id = new.organisation_id
      and d.plus_fen = booked.plus and d.minus_fen = booked.minus + d.regained_fen) then
    raise exception 'the account of an organisation in a run does not add up' using errcode = 'HY002';
  end if;
  return null;
end $$;

-- ─── simulation ────────────────────────────────────────────────────────────────────────────────────────────────────────
-- what organisations would get is counted beside people: organisations where people are, and no level
alter table simulation_figures
  drop constraint simulation_figures_once,
  add column payee text not null default 'person' check (payee in ('person', 'organisation')),
  add constraint simulation_figures_once unique nulls not distinct (simulation_id, payee, month, district_code, level);
