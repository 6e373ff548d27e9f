-- Recoveries (追回): what remains to be given back when a run takes more from somebody than it pays them, and how it comes in.
alter table allowance_runs add constraint allowance_runs_of_district unique (id, scheme_code, district_code);

create table recoveries (
  id uuid primary key default new_id(),
  run_id uuid not null,
  -- the record it was opened for; after a merge it stays there, as the ledger does
  person_id uuid not null references people,
  scheme_code text not null,
  district_code text not null references districts,
  opened_at timestamptz not null default clock_timestamp(),
  foreign key (run_id, scheme_code, district_code) references allowance_runs (id, scheme_code, district_code),
  constraint recoveries_once unique (run_id, person_id)
);
create index recoveries_by_person on recoveries (person_id);
create index recoveries_by_district on recoveries (district_code, id);
create trigger recoveries_frozen before update or delete or truncate on recoveries execute function refuse_change();

-- The entries of the ledger it rests on: each is the cause of one recovery at most.
create table recovery_causes (
  person_id uuid not null,
  scheme_code text not null,
  month date not null,
  component text not null,
  seq smallint not null,
  recovery_id uuid not null references recoveries,
  constraint recovery_causes_once primary key (person_id, scheme_code, month, component, seq),
  foreign key (person_id, scheme_code, month, component, seq) references allowance_ledger
);
create index recovery_causes_by_recovery on recovery_causes (recovery_id);
create trigger recovery_causes_frozen before update or delete or truncate on recovery_causes execute function refuse_change();

-- How it is to come in; the newest plan holds.
create table recovery_plans (
  recovery_id uuid not null references recoveries,
  seq smallint not null check (seq >= 0),
  kind text not null check (kind in ('offset', 'instalments')),
  -- off-set from runs approved on this day and later, of which so much a run must remain
  starts_on date,
  floor_fen integer check (floor_fen >= 0),
  reason text not null check (length(reason) between 2 and 1000),
  made_by uuid not null,
  made_at timestamptz not null default clock_timestamp(),
  constraint recovery_plans_pkey primary key (recovery_id, seq),
  check ((kind = 'offset') = (starts_on is not null)),
  check ((kind = 'offset') = (floor_fen is not null))
);
create table recovery_instalments (
  recovery_id uuid not null,
  plan_seq smallint not null,
  due_on date not null,
  amount_fen integer not null check (amount_fen > 0),
  primary key (recovery_id, plan_seq, due_on),
  foreign key (recovery_id, plan_seq) references recovery_plans
);
create trigger recovery_plans_frozen before update or delete or truncate on recovery_plans execute function refuse_change();
create trigger recovery_instalments_frozen before update or delete or truncate on recovery_instalments execute function refuse_change();

-- Write-off (核销): proposed by one officer, decided by another.
create table recovery_write_offs (
  id uuid primary key default new_id(),
  recovery_id uuid not null references recoveries,
  amount_fen integer not null check (amount_fen > 0),
  reason text not null check (length(reason) between 2 and 1000),
  document text not null check (length(document) between 4 and 200),
  proposed_by uuid not null,
  proposed_at timestamptz not null default clock_timestamp(),
  unique (id, proposed_by),
  unique (id, recovery_id, amount_fen)
);
create index recovery_write_offs_by_recovery on recovery_write_offs (recovery_id);
create table recovery_write_off_decisions (
  write_off_id uuid not null,
  proposed_by uuid not null,
  approved boolean not null,
  reason text not null check (length(reason) between 2 and 1000),
  decided_by uuid not null,
  decided_at timestamptz not null default clock_timestamp(),
  constraint recovery_write_off_decisions_once primary key (write_off_id),
  foreign key (write_off_id, proposed_by) references recovery_write_offs (id, proposed_by),
  constraint recovery_write_off_decisions_by_another check (decided_by <> proposed_by)
);
create function guard_recovery_write_off() returns trigger language plpgsql as $$
begin
  perform from recoveries where id = new.recovery_id for update;
  if exists (select from recovery_write_offs w where w.recovery_id = new.recovery_id
      and not exists (select from recovery_write_off_decisions d where d.write_off_id = w.id)) then
    raise exception 'a write-off of the recovery is still to be decided' using errcode = 'HY002', constraint = 'recovery_write_offs_one_open';
  end if;
  return new;
end $$;
create trigger recovery_write_offs_guard before insert on recovery_write_offs for each row execute function guard_recovery_write_off();
create trigger recovery_write_offs_frozen before update or delete or truncate on recovery_write_offs execute function refuse_change();
create trigger recovery_write_off_decisions_frozen before update or delete or truncate on recovery_write_off_decisions execute function refuse_change();

-- The chain of a recovery: an entry quotes the one before with its exact balance, so no two entries start from the same one, and
-- none takes more than is there. Opening raises the balance; so do a write-off that is taken back because the money turned out
-- to be due (reopening), and an off-set that goes back to a payer who turned out to be somebody else (return).
create table recovery_entries (
  recovery_id uuid not null references recoveries,
  seq smallint not null check (seq >= 0),
  kind text not null check (kind in ('opening', 'offset', 'repayment', 'write_off', 'release', 'reopening', 'return')),
  amount_fen integer not null check (amount_fen > 0),
  prev_seq smallint check (prev_seq = seq - 1),
  prev_balance_fen integer,
  prev_written_off_fen integer,
  balance_fen integer not null generated always as
    (coalesce(prev_balance_fen, 0) + case when kind in ('opening', 'reopening', 'return') then amount_fen else -amount_fen end) stored,
  -- what is written off now
  written_off_fen integer not null generated always as
    (coalesce(prev_written_off_fen, 0) + case kind when 'write_off' then amount_fen when 'reopening' then -amount_fen else 0 end) stored,
  -- the run that opened it, was off-set, or made it smaller
  run_id uuid references allowance_runs,
  -- whose payment was off-set: the person, or a record that is the same person
  payer_id uuid references people,
  -- a release names the entry of the ledger that gives a month back
  person_id uuid,
  scheme_code text,
  month date,
  component text,
  ledger_seq smallint,
  paid_on date,
  reference text check (length(reference) between 2 and 200),
  write_off_id uuid unique references recovery_write_off_decisions,
  recorded_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint recovery_entries_pkey primary key (recovery_id, seq),
  unique (recovery_id, seq, balance_fen, written_off_fen),
  foreign key (recovery_id, prev_seq, prev_balance_fen, prev_written_off_fen)
    references recovery_entries (recovery_id, seq, balance_fen, written_off_fen),
  foreign key (person_id, scheme_code, month, component, ledger_seq) references allowance_ledger,
  foreign key (write_off_id, recovery_id, amount_fen) references recovery_write_offs (id, recovery_id, amount_fen),
  constraint recovery_balance check (balance_fen >= 0),
  constraint recovery_written_off check (written_off_fen >= 0),
  check ((seq = 0) = (kind = 'opening')),
  check ((seq = 0) = (prev_seq is null)),
  check ((prev_seq is null) = (prev_balance_fen is null) and (prev_seq is null) = (prev_written_off_fen is null)),
  check ((kind in ('repayment', 'write_off')) = (run_id is null)),
  check ((kind in ('offset', 'return')) = (payer_id is not null)),
  check ((kind = 'release') = (month is not null)),
  check ((month is null) = (ledger_seq is null) and (month is null) = (component is null) and (month is null) = (person_id is null) and (month is null) = (scheme_code is null)),
  check ((kind = 'repayment') = (paid_on is not null) and (kind = 'repayment') = (reference is not null)),
  check ((kind = 'write_off') = (write_off_id is not null))
);
create unique index recovery_entries_offset_once on recovery_entries (recovery_id, run_id, payer_id) where kind = 'offset';
create unique index recovery_entries_release_once on recovery_entries (recovery_id, person_id, scheme_code, month, component, ledger_seq) where kind = 'release';
create unique index recovery_entries_repaid_once on recovery_entries (recovery_id, reference) where kind = 'repayment';
create index recovery_entries_by_run on recovery_entries (run_id, coalesce(payer_id, person_id)) where run_id is not null;
create trigger recovery_entries_frozen before update or delete or truncate on recovery_entries execute function refuse_change();
create function guard_recovery_entry() returns trigger language plpgsql as $$
begin
  if new.kind = 'write_off' and not exists (
      select from recovery_write_off_decisions d where d.write_off_id = new.write_off_id and d.approved) then
    raise exception 'the write-off was not approved' using errcode = 'HY002';
  end if;
  if new.kind = 'release' and new.amount_fen + coalesce((select sum(e.amount_fen) from recovery_entries e
      where e.kind = 'release' and (e.person_id, e.scheme_code, e.month, e.component, e.ledger_seq) = (new.person_id, new.scheme_code, new.month, new.component, new.ledger_seq)), 0)
    > (select l.amount_fen from allowance_ledger l
      where (l.person_id, l.scheme_code, l.month, l.component, l.seq) = (new.person_id, new.scheme_code, new.month, new.component, new.ledger_seq)) then
    raise exception 'a month gives back no more than it is' using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger recovery_entries_guard before insert on recovery_entries for each row execute function guard_recovery_entry();
create index recovery_entries_by_release on recovery_entries (person_id, scheme_code, month, component, ledger_seq) where kind = 'release';

-- What of somebody's lines in an approved run does not become a payment of it, and what of the negative ones needs no recovery.
-- Who has no row is paid every line as it is.
create table allowance_settlements (
  run_id uuid not null references allowance_runs,
  person_id uuid not null references people,
  -- negative lines taken from positive ones
  netted_fen integer not null check (netted_fen >= 0),
  -- months given back that make a recovery smaller instead of being paid
  released_fen integer not null check (released_fen >= 0),
  -- taken for recoveries by their plan
  offset_fen integer not null check (offset_fen >= 0),
  -- off-sets of earlier runs that come back to this person
  credited_fen integer not null check (credited_fen >= 0),
  primary key (run_id, person_id)
);
create trigger allowance_settlements_frozen before update or delete or truncate on allowance_settlements execute function refuse_change();

-- At the commit the books of a person in a run agree: lines = paid + released + off-set − credited − opened.
create function check_settlement(run uuid, person uuid) returns void language plpgsql as $$
declare
  line record;
  kept allowance_settlements;
  entry record;
  opened integer;
  caused integer;
begin
  select coalesce(sum(amount_fen) filter (where amount_fen > 0), 0) as plus, coalesce(-sum(amount_fen) filter (where amount_fen < 0), 0) as minus
    into line from allowance_ledger where run_id = run and person_id = person;
  select * into kept from allowance_settlements s where s.run_id = run and s.person_id = person;
  select coalesce(sum(amount_fen) filter (where kind = 'release'), 0) as released,
      coalesce(sum(amount_fen) filter (where kind = 'offset'), 0) as taken,
      coalesce(sum(amount_fen) filter (where kind = 'return'), 0) as credited
    into entry from recovery_entries where run_id = run and coalesce(payer_id, person_id) = person;
  select coalesce(sum(e.amount_fen), 0) into opened from recoveries r join recovery_entries e on e.recovery_id = r.id and e.seq = 0
    where r.run_id = run and r.person_id = person;
  select coalesce(sum(l.amount_fen), 0) into caused from recoveries r join recovery_causes c on c.recovery_id = r.id
    join allowance_ledger l on (l.person_id, l.scheme_code, l.month, l.component, l.seq) = (c.person_id, c.scheme_code, c.month, c.component, c.seq) and l.run_id = run
    where r.run_id = run and r.person_id = person and c.person_id = person;
  if coalesce(kept.released_fen, 0) <> entry.released or coalesce(kept.offset_fen, 0) <> entry.taken or coalesce(kept.credited_fen, 0) <> entry.credited
    or line.plus < coalesce(kept.netted_fen, 0) + entry.released + entry.taken
    or opened <> line.minus - coalesce(kept.netted_fen, 0) - entry.credited
    or (opened > 0 and caused <> line.plus - line.minus) then
    raise exception 'the settlement of a person in a run does not add up' using errcode = 'HY002';
  end if;
end $$;
create function check_settlement_of_row() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'recovery_entries' then
    if new.run_id is not null and coalesce(new.payer_id, new.person_id) is not null then
      perform check_settlement(new.run_id, coalesce(new.payer_id, new.person_id));
    end if;
  else
    perform check_settlement(new.run_id, new.person_id);
  end if;
  return null;
end $$;
create constraint trigger recoveries_add_up after insert on recoveries deferrable initially deferred
  for each row execute function check_settlement_of_row();
create constraint trigger recovery_entries_add_up after insert on recovery_entries deferrable initially deferred
  for each row execute function check_settlement_of_row();
create constraint trigger allowance_settlements_add_up after insert on allowance_settlements deferrable initially deferred
  for each row execute function check_settlement_of_row();

-- Every line that an approved run has booked with what it pays in the end (positive) or leaves to be recovered (negative): what is
-- kept back is taken from the oldest months first.
create view allowance_payables as
select run_id, person_id, month, component, organisation_id, level, amount_fen as line_fen,
  (case when amount_fen > 0 then greatest(0, least(amount_fen, sum(greatest(amount_fen, 0)) over of_person - kept_fen))
    else -greatest(0, least(-amount_fen, sum(greatest(-amount_fen, 0)) over of_person - settled_fen)) end)::integer as amount_fen
from (
  select l.run_id, l.person_id, l.month, l.component, l.organisation_id, l.level, l.amount_fen,
    coalesce(s.netted_fen + s.released_fen + s.offset_fen, 0) as kept_fen, coalesce(s.netted_fen + s.credited_fen, 0) as settled_fen
  from allowance_ledger e
    join allowance_lines l on (l.run_id, l.person_id, l.month, l.component) = (e.run_id, e.person_id, e.month, e.component)
    left join allowance_settlements s on s.run_id = l.run_id and s.person_id = l.person_id
) l
window of_person as (partition by run_id, person_id order by month, component);

create view recovery_balances as
select r.id, r.run_id, r.person_id, r.scheme_code, r.district_code, r.opened_at, e.seq, e.balance_fen, e.written_off_fen
from recoveries r
cross join lateral (select * from recovery_entries e where e.recovery_id = r.id order by e.seq desc limit 1) e;
