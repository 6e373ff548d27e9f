-- Payments: what each bank wants to read, as data; batches of payments frozen as the bank was told; payments issued again.

-- A format is never changed: another version stands beside it.
create table bank_formats (
  id uuid primary key default new_id(),
  code text not null check (code ~ '^[a-z][a-z0-9-]{1,39}$'),
  number smallint not null check (number > 0),
  name text not null check (length(name) between 2 and 60),
  container text not null check (container in ('xlsx', 'csv', 'txt')),
  -- gbk: what it has no character for is refused; gb18030 has them all
  encoding text not null check (encoding in ('utf-8', 'gbk', 'gb18030')),
  header boolean not null,
  separator text check (length(separator) = 1),
  -- the last value of a line is followed by the separator too
  separator_at_end boolean not null default false,
  -- [{ key, header, value? }], keys of PAYMENT_COLUMNS
  columns jsonb not null check (jsonb_typeof(columns) = 'array' and jsonb_array_length(columns) > 0),
  spaces_in_name boolean not null default true,
  min_rows integer not null default 1 check (min_rows > 0),
  -- null: no limit
  max_rows integer check (max_rows >= min_rows),
  -- our own form: control totals below the rows, and the lists of what is recovered and what waits
  with_totals boolean not null default false,
  -- the bank's document, or where it was seen
  source text not null check (length(source) between 2 and 500),
  confidence text not null check (confidence in ('own', 'seen', 'confirmed')),
  recorded_by uuid,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (code, number),
  check ((container = 'xlsx') = (separator is null)),
  check (container <> 'xlsx' or encoding = 'utf-8'),
  check ((confidence = 'confirmed') = (recorded_by is not null))
);
create trigger bank_formats_frozen before update or delete or truncate on bank_formats execute function refuse_change();

create table payment_batches (
  id uuid primary key default new_id(),
  run_id uuid not null references allowance_runs,
  number smallint not null check (number > 0),
  kind text not null check (kind in ('payment', 'reissue')),
  -- whose budget pays it: December paid in January belongs to a named year
  budget_year smallint not null check (budget_year between 2000 and 2999),
  payment_count integer not null check (payment_count >= 0),
  total_fen bigint not null check (total_fen >= 0),
  -- of its payments, one a line by position: `person_id attempt amount_fen`; the same whatever format it is exported in
  sha256 text not null,
  made_by uuid not null,
  made_at timestamptz not null default clock_timestamp(),
  unique (run_id, number),
  unique (id, run_id)
);

-- Who is paid, how much and where to, as it was when the batch was made. A run pays a person once: what came back is issued again
-- as a further attempt that quotes the bank's answer to the one before, with the same amount.
create table payments (
  batch_id uuid not null,
  position integer not null check (position > 0),
  run_id uuid not null,
  person_id uuid not null references people,
  attempt smallint not null check (attempt >= 0),
  amount_fen integer not null check (amount_fen > 0),
  months text not null,
  organisation_name text,
  name text not null,
  id_number_sealed text,
  bank_account_sealed text,
  account_masked text,
  previous_attempt smallint,
  returned_result_id uuid,
  primary key (batch_id, position),
  unique (run_id, person_id, attempt),
  unique (run_id, person_id, attempt, amount_fen),
  foreign key (batch_id, run_id) references payment_batches (id, run_id),
  foreign key (run_id, person_id, previous_attempt, amount_fen) references payments (run_id, person_id, attempt, amount_fen),
  check (previous_attempt = attempt - 1),
  check ((attempt = 0) = (previous_attempt is null)),
  check ((attempt = 0) = (returned_result_id is null))
);
create index payments_by_person on payments (person_id);

create index payment_results_by_person on payment_results (person_id);
alter table payment_results add column attempt smallint not null default 0;
alter table payment_files
  add column batch_id uuid,
  -- the first time the batch is exported, the second…
  add column export_number smallint not null default 1,
  add column part smallint not null default 1,
  add column parts smallint not null default 1,
  add column bank_format_id uuid references bank_formats,
  add column reason text,
  drop constraint payment_files_format_check,
  add constraint payment_files_format_check check (format in ('xlsx', 'csv', 'txt'));

-- ─── what was made before there were batches ───────────────────────────────────────────────────────────────────────────
alter table payment_results disable trigger payment_results_closed;
alter table payment_files disable trigger payment_files_sealed;
insert into payment_batches (run_id, number, kind, budget_year, payment_count, total_fen, sha256, made_by, made_at)
select distinct on (f.run_id) f.run_id, 1, 'payment', extract(year from r.month), 0, 0, '', f.made_by, f.made_at
from payment_files f join allowance_runs r on r.id = f.run_id order by f.run_id, f.id;
update payment_files f set batch_id = b.id from payment_batches b where b.run_id = f.run_id;
update payment_files f set export_number = n.number, reason = case when n.number > 1 then '原因未登记' end
from (select id, row_number() over (partition by run_id order by id) as number from payment_files) n where n.id = f.id;
-- a file that paid what another had seen returned was a further attempt
update payment_results r set attempt = n.attempt
from (select id, dense_rank() over (partition by run_id, person_id order by file_id) - 1 as attempt from payment_results) n where n.id = r.id;
with due as (
  select l.run_id, l.person_id, sum(l.amount_fen)::integer as amount_fen, string_agg(to_char(l.month, 'YYYY-MM'), '、' order by l.month) as months,
    (array_agg(o.name order by l.month desc))[1] as organisation_name
  from allowance_lines l left join organisations o on o.id = l.organisation_id where l.amount_fen > 0 group by l.run_id, l.person_id
), attempts as (
  select b.id as batch_id, due.*, a.attempt, p.name, p.id_number_sealed, p.bank_account_sealed, p.bank_account_masked
  from payment_batches b join due on due.run_id = b.run_id join people p on p.id = due.person_id
  cross join lateral (
    select attempt from payment_results r where r.run_id = due.run_id and r.person_id = due.person_id
    union select 0 where p.bank_account_sealed is not null
  ) a
)
insert into payments (batch_id, position, run_id, person_id, attempt, amount_fen, months, organisation_name, name, id_number_sealed,
  bank_account_sealed, account_masked, previous_attempt, returned_result_id)
select batch_id, row_number() over (partition by batch_id order by attempt, person_id), run_id, person_id, attempt, amount_fen, months,
  organisation_name, name, id_number_sealed, bank_account_sealed, bank_account_masked, nullif(attempt, 0) - 1,
  case when attempt > 0 then (select r.id from payment_results r
    where r.run_id = attempts.run_id and r.person_id = attempts.person_id and r.attempt = attempts.attempt - 1 order by r.known_to desc limit 1) end
from attempts;
update payment_batches b set payment_count = made.count, total_fen = made.fen, sha256 = made.sha256
from (
  select b.id, count(p.batch_id) as count, coalesce(sum(p.amount_fen), 0) as fen,
    encode(sha256(convert_to(coalesce(string_agg(concat_ws(' ', p.person_id, p.attempt, p.amount_fen), E'\n' order by p.position), ''), 'UTF8')), 'hex') as sha256
  from payment_batches b left join payments p on p.batch_id = b.id group by b.id
) made where made.id = b.id;
alter table payment_results enable trigger payment_results_closed;
alter table payment_files enable trigger payment_files_sealed;

-- ─── what may be written from now on ───────────────────────────────────────────────────────────────────────────────────
create trigger payment_batches_frozen before update or delete or truncate on payment_batches execute function refuse_change();
alter table payment_files
  alter column batch_id set not null,
  add foreign key (batch_id, run_id) references payment_batches (id, run_id),
  add constraint payment_files_part unique (batch_id, export_number, part),
  add check (export_number > 0 and part between 1 and parts),
  -- who exports a batch again says why
  add constraint payment_files_reason check (export_number = 1 or length(reason) > 1);
drop index payment_results_current;
create unique index payment_results_current on payment_results (run_id, person_id, attempt) where known_to = 'infinity';
-- the bank answers to a payment that was made, with its amount
alter table payment_results
  add constraint payment_results_of_attempt unique (id, run_id, person_id, attempt),
  add constraint payment_results_of_payment foreign key (run_id, person_id, attempt, amount_fen)
    references payments (run_id, person_id, attempt, amount_fen);
alter table payments add foreign key (returned_result_id, run_id, person_id, previous_attempt)
  references payment_results (id, run_id, person_id, attempt);

-- Sealed again when the key is exchanged, and taken out when the person is erased; nothing else of a payment changes.
create function guard_payment() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or new.name <> old.name and new.name <> '已删除'
    or to_jsonb(old) - '{name,id_number_sealed,bank_account_sealed,account_masked}'::text[]
      <> to_jsonb(new) - '{name,id_number_sealed,bank_account_sealed,account_masked}'::text[] then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger payments_kept before update or delete on payments for each row execute function guard_payment();
create trigger payments_frozen before truncate on payments execute function refuse_change();

-- Issued again only while the bank's last word is that the money came back; and from then on that word stands.
create function guard_reissue() returns trigger language plpgsql as $$
begin
  perform from payment_results where id = new.returned_result_id and outcome = 'returned' and known_to = 'infinity' for share;
  if not found then
    raise exception 'the payment that is to be issued again was not returned' using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger payments_reissue before insert on payments for each row when (new.attempt > 0) execute function guard_reissue();
create function guard_payment_result() returns trigger language plpgsql as $$
begin
  if exists (select from payments p where p.run_id = new.run_id and p.person_id = new.person_id and p.attempt > new.attempt) then
    raise exception 'the payment was issued again: its answer stands' using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger payment_results_last before insert on payment_results for each row execute function guard_payment_result();
