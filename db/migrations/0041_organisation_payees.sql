-- Components that are paid to organisations: lines and ledger of their own, keyed by organisation, an account of what is due and owed,
-- and payments whose payee is a person or an organisation.

-- ─── accounts at banks ─────────────────────────────────────────────────────────────────────────────────────────────────
create table organisation_bank_accounts (
  organisation_id uuid primary key references organisations,
  account_sealed text not null,
  account_masked text not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp()
);
-- whoever can be paid, as the bank is told of them: a person by the number of a document, an organisation by its credit code
create view payees as
select p.id, p.name, p.name_pinyin, p.id_number_sealed, p.id_number_masked, null::text as credit_code, p.bank_account_sealed, p.bank_account_masked
from people p
union all
select o.id, o.name, o.name, null, o.credit_code, o.credit_code, a.account_sealed, a.account_masked
from organisations o left join organisation_bank_accounts a on a.organisation_id = o.id;

-- ─── lines and ledger ──────────────────────────────────────────────────────────────────────────────────────────────────
create table organisation_lines (
  run_id uuid not null references allowance_runs,
  organisation_id uuid not null references organisations,
  month date not null check (extract(day from month) = 1),
  component text not null,
  kind text not null check (kind in ('normal', 'back_pay', 'difference', 'recovery', 'reissue')),
  outcome text not null check (outcome in ('payable', 'refused')),
  version_id uuid not null,
  -- what counts, [{ id, rate_id, amount_fen }] in order of id: certificates of trained people, or employments
  evidence jsonb not null check (jsonb_typeof(evidence) = 'array'),
  -- what lay in the month and does not count, [{ id, why }]
  left_out jsonb not null check (jsonb_typeof(left_out) = 'array'),
  entitlement_fen integer not null check (entitlement_fen >= 0),
  previous_fen integer,
  amount_fen integer not null generated always as (entitlement_fen - coalesce(previous_fen, 0)) stored,
  primary key (run_id, organisation_id, month, component),
  foreign key (version_id, component) references scheme_components,
  check ((outcome = 'payable') = (entitlement_fen > 0)),
  check ((kind = 'normal') = (previous_fen is null))
);
create index organisation_lines_by_organisation on organisation_lines (organisation_id, month);
create trigger organisation_lines_insert after insert on organisation_lines referencing new table as added for each statement execute function guard_new_lines();
create trigger organisation_lines_delete before delete on organisation_lines for each row execute function guard_old_line();
create trigger organisation_lines_update before update on organisation_lines execute function refuse_change();
create trigger organisation_lines_kept before truncate on organisation_lines execute function refuse_change();

-- one chain an organisation, scheme, month and component; an entry quotes the one before with its exact amount, so sums always telescope
create table organisation_ledger (
  organisation_id uuid not null references organisations,
  scheme_code text not null references schemes,
  month date not null,
  component text not null,
  seq smallint not null check (seq >= 0),
  prev_seq smallint check (prev_seq = seq - 1),
  prev_fen integer,
  entitlement_fen integer not null check (entitlement_fen >= 0),
  amount_fen integer not null generated always as (entitlement_fen - coalesce(prev_fen, 0)) stored,
  run_id uuid not null,
  constraint organisation_ledger_pkey primary key (organisation_id, scheme_code, month, component, seq),
  unique (organisation_id, scheme_code, month, component, seq, entitlement_fen),
  foreign key (run_id, organisation_id, month, component) references organisation_lines,
  foreign key (organisation_id, scheme_code, month, component, prev_seq, prev_fen)
    references organisation_ledger (organisation_id, scheme_code, month, component, seq, entitlement_fen),
  check ((seq = 0) = (prev_seq is null)),
  check ((prev_seq is null) = (prev_fen is null))
);
create index organisation_ledger_by_run on organisation_ledger (run_id, organisation_id);
create trigger organisation_ledger_frozen before update or delete or truncate on organisation_ledger execute function refuse_change();

create function add_up_organisation_ledger() returns trigger language plpgsql as $$
begin
  insert into allowance_sums (run_id, month, organisation_id, level, kind, outcome, amount_fen, lines)
  select a.run_id, a.month, a.organisation_id, null, l.kind, l.outcome, a.amount_fen, count(*)
  from added a join organisation_lines l on (l.run_id, l.organisation_id, l.month, l.component) = (a.run_id, a.organisation_id, a.month, a.component)
  group by a.run_id, a.month, a.organisation_id, l.kind, l.outcome, a.amount_fen
  on conflict on constraint allowance_sums_once do update set lines = allowance_sums.lines + excluded.lines;
  return null;
end $$;
create trigger organisation_ledger_added_up after insert on organisation_ledger referencing new table as added
  for each statement execute function add_up_organisation_ledger();

-- ─── what is due and what is owed ──────────────────────────────────────────────────────────────────────────────────────
-- One chain an organisation, scheme and district: a run adds what it books upwards and downwards, a repayment what came back through a
-- bank. What the differences take beyond what is there is owed, and the next runs pay only what goes beyond that.
create table organisation_dues (
  organisation_id uuid not null references organisations,
  scheme_code text not null references schemes,
  district_code text not null references districts,
  seq smallint not null check (seq >= 0),
  prev_seq smallint check (prev_seq = seq - 1),
  prev_owed_fen integer,
  -- null: a repayment
  run_id uuid references allowance_runs,
  plus_fen integer not null check (plus_fen >= 0),
  minus_fen integer not null check (minus_fen >= 0),
  due_fen integer not null generated always as (greatest(0, plus_fen - minus_fen - coalesce(prev_owed_fen, 0))) stored,
  owed_fen integer not null generated always as (greatest(0, coalesce(prev_owed_fen, 0) + minus_fen - plus_fen)) stored,
  paid_on date,
  reference text check (length(reference) between 2 and 200),
  recorded_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint organisation_dues_pkey primary key (organisation_id, scheme_code, district_code, seq),
  unique (organisation_id, scheme_code, district_code, seq, owed_fen),
  unique (run_id, organisation_id),
  constraint organisation_dues_repaid_once unique (organisation_id, scheme_code, district_code, reference),
  foreign key (organisation_id, scheme_code, district_code, prev_seq, prev_owed_fen)
    references organisation_dues (organisation_id, scheme_code, district_code, seq, owed_fen),
  foreign key (run_id, scheme_code, district_code) references allowance_runs (id, scheme_code, district_code),
  check ((seq = 0) = (prev_seq is null)),
  check ((prev_seq is null) = (prev_owed_fen is null)),
  check ((run_id is null) = (paid_on is not null) and (run_id is null) = (reference is not null)),
  constraint organisation_dues_repayment check (run_id is not null or (plus_fen > 0 and minus_fen = 0 and plus_fen <= prev_owed_fen))
);
create trigger organisation_dues_frozen before update or delete or truncate on organisation_dues execute function refuse_change();

-- At the commit the account of an organisation in a run is what the ledger booked of it.
create function check_organisation_dues() returns trigger language plpgsql as $$
declare
  booked record;
begin
  select coalesce(sum(amount_fen) filter (where amount_fen > 0), 0) as plus, coalesce(-sum(amount_fen) filter (where amount_fen < 0), 0) as minus
    into booked from organisation_ledger where run_id = new.run_id and organisation_id = new.organisation_id;
  if new.run_id is not null and not exists (select from organisation_dues d where d.run_id = new.run_id and d.organisation_id = new.organisation_id
      and d.plus_fen = booked.plus and d.minus_fen = booked.minus) then
    raise exception 'the account of an organisation in a run does not add up' using errcode = 'HY002';
  end if;
  return null;
end $$;
create constraint trigger organisation_ledger_due after insert on organisation_ledger deferrable initially deferred
  for each row execute function check_organisation_dues();
create constraint trigger organisation_dues_booked after insert on organisation_dues deferrable initially deferred
  for each row execute function check_organisation_dues();

-- What is kept back is taken from the oldest months first, of organisations as of people.
create or replace view allowance_payables as
select run_id, person_id, month, component, organisation_id, level, amount_fen as line_fen,
  (case when amount_fen > 0 then greatest(0, least(amount_fen, sum(greatest(amount_fen, 0)) over of_payee - kept_fen))
    else -greatest(0, least(-amount_fen, sum(greatest(-amount_fen, 0)) over of_payee - settled_fen)) end)::integer as amount_fen,
  person_id as payee_id
from (
  select l.run_id, l.person_id, l.month, l.component, l.organisation_id, l.level, l.amount_fen,
    coalesce(s.netted_fen + s.released_fen + s.offset_fen, 0) as kept_fen, coalesce(s.netted_fen + s.credited_fen, 0) as settled_fen
  from allowance_ledger e
    join allowance_lines l on (l.run_id, l.person_id, l.month, l.component) = (e.run_id, e.person_id, e.month, e.component)
    left join allowance_settlements s on s.run_id = l.run_id and s.person_id = l.person_id
) l
window of_payee as (partition by run_id, person_id order by month, component)
union all
select run_id, null, month, component, organisation_id, null, amount_fen,
  (case when amount_fen > 0 then greatest(0, least(amount_fen, sum(greatest(amount_fen, 0)) over of_payee - kept_fen))
    else -greatest(0, least(-amount_fen, sum(greatest(-amount_fen, 0)) over of_payee - settled_fen)) end)::integer,
  organisation_id
from (
  select e.run_id, e.organisation_id, e.month, e.component, e.amount_fen, d.plus_fen - d.due_fen as kept_fen, least(d.plus_fen, d.minus_fen) as settled_fen
  from organisation_ledger e join organisation_dues d on d.run_id = e.run_id and d.organisation_id = e.organisation_id
) e
window of_payee as (partition by run_id, organisation_id order by month, component);

-- ─── payments to organisations ─────────────────────────────────────────────────────────────────────────────────────────
alter table publicity_lines
  alter column person_id drop not null,
  add column organisation_id uuid references organisations,
  add constraint publicity_lines_payee check (num_nonnulls(person_id, organisation_id) = 1);

create or replace function only_close() returns trigger language plpgsql as $$
begin
  -- what is generated is not there yet before the update, and follows from the rest
  if old.known_to <> 'infinity' or new.known_to = 'infinity'
    or to_jsonb(new) - '{known_to,payee_id}'::text[] <> to_jsonb(old) - '{known_to,payee_id}'::text[] then
    raise exception '% is append-only: only an open row can be closed', tg_table_name using errcode = 'HY001';
  end if;
  return new;
end $$;
create or replace function guard_payment() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or new.name <> old.name and new.name <> '已删除'
    or to_jsonb(old) - '{name,id_number_sealed,bank_account_sealed,account_masked,payee_id}'::text[]
      <> to_jsonb(new) - '{name,id_number_sealed,bank_account_sealed,account_masked,payee_id}'::text[] then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create or replace function guard_payment_result() returns trigger language plpgsql as $$
begin
  if exists (select from payments p where p.run_id = new.run_id and p.payee_id = coalesce(new.person_id, new.organisation_id) and p.attempt > new.attempt) then
    raise exception 'the payment was issued again: its answer stands' using errcode = 'HY002';
  end if;
  return new;
end $$;

alter table payments
  drop constraint payments_returned_result_id_run_id_person_id_previous_atte_fkey,
  drop constraint payments_run_id_person_id_previous_attempt_amount_fen_fkey;
alter table payment_results
  drop constraint payment_results_of_payment,
  drop constraint payment_results_of_attempt;
drop index payment_results_current, payment_results_paid_once;
alter table payments
  drop constraint payments_run_id_person_id_attempt_key,
  drop constraint payments_run_id_person_id_attempt_amount_fen_key,
  alter column person_id drop not null,
  add column organisation_id uuid references organisations,
  -- of an organisation, as the bank was told
  add column credit_code text,
  add column payee_id uuid not null generated always as (coalesce(person_id, organisation_id)) stored,
  add constraint payments_payee check (num_nonnulls(person_id, organisation_id) = 1),
  add unique (run_id, payee_id, attempt),
  add unique (run_id, payee_id, attempt, amount_fen),
  add foreign key (run_id, payee_id, previous_attempt, amount_fen) references payments (run_id, payee_id, attempt, amount_fen);
alter table payment_results
  alter column person_id drop not null,
  add column organisation_id uuid references organisations,
  add column payee_id uuid not null generated always as (coalesce(person_id, organisation_id)) stored,
  add constraint payment_results_payee check (num_nonnulls(person_id, organisation_id) = 1),
  add constraint payment_results_of_attempt unique (id, run_id, payee_id, attempt),
  add constraint payment_results_of_payment foreign key (run_id, payee_id, attempt, amount_fen) references payments (run_id, payee_id, attempt, amount_fen);
alter table payments
  add foreign key (returned_result_id, run_id, payee_id, previous_attempt) references payment_results (id, run_id, payee_id, attempt);
create unique index payment_results_current on payment_results (run_id, payee_id, attempt) where known_to = 'infinity';
-- whatever the number of files made of a run, nobody is paid twice
create unique index payment_results_paid_once on payment_results (run_id, payee_id) where known_to = 'infinity' and outcome = 'paid';
create index payments_by_organisation on payments (organisation_id) where organisation_id is not null;
