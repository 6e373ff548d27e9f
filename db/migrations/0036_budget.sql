-- Budget: what a scheme may cost a district in a year by document, the runs that its year pays, and the ledger added up as it grows.

-- ─── quotas (预算额度) ─────────────────────────────────────────────────────────────────────────────────────────────────
-- The row that is locked while it is seen whether a run fits: it is there from the first quota or the first run on.
create table budgets (
  scheme_code text not null references schemes,
  district_code text not null references districts,
  budget_year smallint not null check (budget_year between 2020 and 2100),
  primary key (scheme_code, district_code, budget_year)
);
create trigger budgets_frozen before update or delete or truncate on budgets execute function refuse_change();
-- The quota is the sum of these: a later document raises or cuts it, none is ever overwritten.
create table budget_quotas (
  id uuid primary key default new_id(),
  scheme_code text not null,
  district_code text not null,
  budget_year smallint not null,
  kind text not null check (kind in ('raise', 'cut')),
  amount_fen bigint not null check (amount_fen > 0),
  issued_on date not null,
  document text not null check (length(document) between 2 and 200),
  recorded_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp(),
  foreign key (scheme_code, district_code, budget_year) references budgets
);
create index budget_quotas_of_budget on budget_quotas (scheme_code, district_code, budget_year);
create trigger budget_quotas_frozen before update or delete or truncate on budget_quotas execute function refuse_change();
-- Which year pays a run, named when it is submitted. What it costs is in its lines, the ledger and the payments alone.
create table budget_charges (
  run_id uuid primary key references allowance_runs,
  scheme_code text not null,
  district_code text not null,
  budget_year smallint not null,
  foreign key (scheme_code, district_code, budget_year) references budgets
);
create index budget_charges_of_budget on budget_charges (scheme_code, district_code, budget_year);
create trigger budget_charges_frozen before update or delete or truncate on budget_charges execute function refuse_change();

insert into budgets (scheme_code, district_code, budget_year)
select distinct r.scheme_code, r.district_code, extract(year from d.decided_at at time zone 'Asia/Shanghai')::smallint
from allowance_runs r join allowance_decisions d on d.run_id = r.id and d.kind = 'submission';
insert into budget_charges (run_id, scheme_code, district_code, budget_year)
select r.id, r.scheme_code, r.district_code, extract(year from d.decided_at at time zone 'Asia/Shanghai')::smallint
from allowance_runs r join allowance_decisions d on d.run_id = r.id and d.kind = 'submission';

-- what a run has paid is added up without reading its people
create index payment_results_paid_sum on payment_results (run_id) include (amount_fen) where known_to = 'infinity' and outcome = 'paid';

-- ─── the ledger added up ───────────────────────────────────────────────────────────────────────────────────────────────
-- How many lines of a run there are for each month, facility, level, kind, outcome and amount: a year of a province is then thousands
-- of rows, not millions, and whatever depends on the amount of a line is still exact. Only the trigger below writes here, in the
-- statement that books, so that the sums are those of the ledger at every instant.
create table allowance_sums (
  run_id uuid not null references allowance_runs,
  -- the month that the money is for
  month date not null,
  organisation_id uuid,
  level smallint,
  kind text not null,
  outcome text not null,
  amount_fen integer not null,
  lines integer not null check (lines > 0),
  constraint allowance_sums_once unique nulls not distinct (run_id, month, organisation_id, level, kind, outcome, amount_fen)
);
create function add_up_ledger() returns trigger language plpgsql as $$
begin
  insert into allowance_sums (run_id, month, organisation_id, level, kind, outcome, amount_fen, lines)
  select a.run_id, a.month, l.organisation_id, l.level, l.kind, l.outcome, a.amount_fen, count(*)
  from added a join allowance_lines l on (l.run_id, l.person_id, l.month, l.component) = (a.run_id, a.person_id, a.month, a.component)
  group by a.run_id, a.month, l.organisation_id, l.level, l.kind, l.outcome, a.amount_fen
  on conflict on constraint allowance_sums_once do update set lines = allowance_sums.lines + excluded.lines;
  return null;
end $$;
create function guard_allowance_sums() returns trigger language plpgsql as $$
begin
  if tg_op in ('DELETE', 'TRUNCATE') or pg_trigger_depth() < 2 then
    raise exception '% is append-only: it is added up from the ledger, % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return null;
end $$;
insert into allowance_sums (run_id, month, organisation_id, level, kind, outcome, amount_fen, lines)
select g.run_id, g.month, l.organisation_id, l.level, l.kind, l.outcome, g.amount_fen, count(*)
from allowance_ledger g join allowance_lines l on (l.run_id, l.person_id, l.month, l.component) = (g.run_id, g.person_id, g.month, g.component)
group by g.run_id, g.month, l.organisation_id, l.level, l.kind, l.outcome, g.amount_fen;
create trigger allowance_ledger_added_up after insert on allowance_ledger referencing new table as added for each statement execute function add_up_ledger();
create trigger allowance_sums_guard before insert or update or delete or truncate on allowance_sums for each statement execute function guard_allowance_sums();

-- who was paid in a year is counted from the index alone
drop index allowance_ledger_by_run;
create index allowance_ledger_by_run on allowance_ledger (run_id) include (person_id, amount_fen);
