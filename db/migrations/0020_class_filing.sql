-- States of classes as rows, the filing of a class with its division, venues, teachers, the timetable, and notices.

-- ─── venues (教室、实训基地) ─────────────────────────────────────────────────────────────────────────────────────────────
create table venues (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations,
  name text not null check (length(name) between 1 and 120),
  kind text not null check (kind in ('classroom', 'practice_base')),
  address text not null check (length(address) between 2 and 200),
  district_code text not null references districts,
  seats integer not null check (seats between 1 and 5000),
  revision integer not null default 1,
  unique (organisation_id, name)
);
-- For how long a practice base is recognised, and by which document; a renewal is a further row.
create table venue_recognitions (
  id uuid primary key default new_id(),
  venue_id uuid not null references venues,
  starts_on date not null,
  ends_on date check (ends_on > starts_on),
  citation text not null check (length(citation) between 2 and 200),
  recorded_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint venue_recognitions_overlap exclude using gist (venue_id with =, daterange(starts_on, ends_on) with &&)
);
create trigger venue_recognitions_frozen before update or delete or truncate on venue_recognitions execute function refuse_change();

-- ─── teachers (师资) ────────────────────────────────────────────────────────────────────────────────────────────────────
create table teachers (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations,
  -- of the register, or a name alone
  person_id uuid references people,
  name text check (length(name) between 1 and 60),
  added_at timestamptz not null default clock_timestamp(),
  constraint teachers_of_somebody check ((person_id is null) <> (name is null)),
  constraint teachers_person_key unique (organisation_id, person_id),
  constraint teachers_name_key unique (organisation_id, name)
);
create index teachers_by_person on teachers (person_id);
create trigger teachers_of_nobody_merged after insert on teachers referencing new table as added for each statement execute function guard_merged_person();
create trigger teachers_erased after insert on teachers referencing new table as added for each statement execute function refuse_erased();

create table teacher_qualifications (
  id uuid primary key default new_id(),
  teacher_id uuid not null references teachers,
  qualification text not null check (length(qualification) between 2 and 120),
  number text check (length(number) between 1 and 60),
  valid_from date not null,
  -- the last day; null: for good
  valid_until date check (valid_until >= valid_from),
  recorded_by uuid not null,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from)
);
create index teacher_qualifications_current on teacher_qualifications (teacher_id) where known_to = 'infinity';
-- The number goes when the person is erased; nothing else of a row changes but that it is closed.
create function guard_teacher_qualification() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(old) - 'number' = to_jsonb(new) - 'number' and new.number is null then return new; end if;
  if tg_op <> 'UPDATE' or old.known_to <> 'infinity' or to_jsonb(old) - 'known_to' <> to_jsonb(new) - 'known_to' then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger teacher_qualifications_kept before update or delete on teacher_qualifications for each row execute function guard_teacher_qualification();
create trigger teacher_qualifications_frozen before truncate on teacher_qualifications execute function refuse_change();

-- ─── timetable ─────────────────────────────────────────────────────────────────────────────────────────────────────────
alter table class_sessions
  -- on the clock of Asia/Shanghai
  add column starts_at time,
  add column ends_at time,
  add column venue_id uuid references venues,
  add column teacher_id uuid references teachers,
  -- the class was cancelled: room and teacher are free again
  add column called_off boolean not null default false,
  add constraint class_sessions_times check ((starts_at is null) = (ends_at is null) and ends_at > starts_at),
  add constraint class_sessions_venue exclude using gist (venue_id with =, tsrange(held_on + starts_at, held_on + ends_at) with &&)
    where (venue_id is not null and starts_at is not null and not called_off),
  add constraint class_sessions_teacher exclude using gist (teacher_id with =, tsrange(held_on + starts_at, held_on + ends_at) with &&)
    where (teacher_id is not null and starts_at is not null and not called_off);

create function guard_session_place() returns trigger language plpgsql as $$
declare own uuid;
begin
  select organisation_id into own from classes where id = new.class_id;
  if exists (select from venues where id = new.venue_id and organisation_id <> own)
     or exists (select from teachers where id = new.teacher_id and organisation_id <> own) then
    raise exception 'venue and teacher are of the institution that holds the class' using errcode = 'HY002', constraint = 'class_sessions_own';
  end if;
  return null;
end $$;
create trigger class_sessions_own after insert or update of venue_id, teacher_id on class_sessions for each row execute function guard_session_place();

-- ─── filing (开班备案) ──────────────────────────────────────────────────────────────────────────────────────────────────
-- How many days before its start a class is filed, by division and time; what is not active binds nobody.
create table class_filing_rules (
  code text primary key,
  division_code text not null references districts,
  days_before smallint not null check (days_before between 0 and 365),
  -- null: the source does not say
  valid_from date,
  valid_to date,
  citation text not null,
  confidence text not null,
  active boolean not null
);

create table class_filings (
  id uuid primary key default new_id(),
  class_id uuid not null references classes,
  -- with whom
  district_code text not null,
  -- null: no rule was in force
  rule_code text references class_filing_rules,
  due_on date,
  filed_on date not null,
  late boolean not null generated always as (coalesce(filed_on > due_on, false)) stored,
  -- what was filed
  starts_on date not null,
  ends_on date not null,
  people integer not null,
  sessions integer not null,
  hours integer not null,
  note text check (length(note) between 2 and 500),
  check ((rule_code is null) = (due_on is null))
);
create index class_filings_by_class on class_filings (class_id);
create index class_filings_by_district on class_filings (district_code text_pattern_ops, id);
create trigger class_filings_frozen before update or delete or truncate on class_filings execute function refuse_change();

-- ─── states ────────────────────────────────────────────────────────────────────────────────────────────────────────────
create table class_states (
  class_id uuid not null references classes,
  number integer not null,
  state text not null check (state in ('opened', 'filed', 'filing_accepted', 'filing_returned', 'cancelled', 'completed')),
  filing_id uuid references class_filings,
  reason text check (length(reason) between 1 and 500),
  -- null: the program itself, before states were kept
  by_account uuid,
  by_name text not null,
  at timestamptz not null,
  primary key (class_id, number),
  constraint class_states_filing check ((state in ('filed', 'filing_accepted', 'filing_returned')) = (filing_id is not null)),
  constraint class_states_reason check (reason is not null or state not in ('filing_returned', 'cancelled'))
);
create unique index class_states_filed on class_states (filing_id) where state = 'filed';
create unique index class_states_decided on class_states (filing_id) where state in ('filing_accepted', 'filing_returned');

insert into class_states (class_id, number, state, reason, by_account, by_name, at)
select c.id, row_number() over (partition by c.id order by h.seq), split_part(h.kind, '.', 2),
  case when h.kind = 'class.cancelled' then coalesce(left(nullif(h.reason, ''), 500), '—') end, h.actor_id, h.actor_name, h.at
from classes c join history_events h on h.subject_kind = 'class' and h.subject_id = c.id::text
where h.kind in ('class.opened', 'class.cancelled', 'class.completed');

create trigger class_states_frozen before update or delete or truncate on class_states execute function refuse_change();

-- Numbers the state, refuses one that cannot follow, and settles the class: `classes.status` is what its states say.
create function enter_class_state() returns trigger language plpgsql as $$
declare
  standing text;
  filed record;
begin
  select status into standing from classes where id = new.class_id for update;
  if standing <> 'open' then
    raise exception 'the class is over' using errcode = 'HY002', constraint = 'class_states_over';
  end if;
  new.number := coalesce((select max(number) from class_states where class_id = new.class_id), 0) + 1;
  if new.filing_id is not null then
    select state, filing_id into filed from class_states where class_id = new.class_id and filing_id is not null order by number desc limit 1;
    if (new.state = 'filed' and filed.state = 'filed')
       or (new.state <> 'filed' and (filed.state is distinct from 'filed' or filed.filing_id <> new.filing_id)) then
      raise exception 'a filing is decided once, and the next one waits for it' using errcode = 'HY002', constraint = 'class_states_filing_order';
    end if;
  end if;
  return new;
end $$;
create trigger class_states_order before insert on class_states for each row execute function enter_class_state();
create function settle_class() returns trigger language plpgsql as $$
begin
  update classes set status = new.state, revision = revision + 1 where id = new.class_id;
  if new.state = 'cancelled' then update class_sessions set called_off = true where class_id = new.class_id; end if;
  return null;
end $$;
create trigger class_states_settle after insert on class_states for each row when (new.state in ('cancelled', 'completed')) execute function settle_class();
create function guard_class_status() returns trigger language plpgsql as $$
begin
  if not exists (select from class_states where class_id = new.id and state = new.status) then
    raise exception 'the status of a class follows from its states' using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger classes_status before update of status on classes for each row when (old.status <> new.status) execute function guard_class_status();

update class_sessions set called_off = true from classes where classes.id = class_sessions.class_id and classes.status = 'cancelled';

-- ─── notices (通知) ─────────────────────────────────────────────────────────────────────────────────────────────────────
create table notices (
  id uuid primary key default new_id(),
  -- to one of them: an account, everybody of an organisation, or a person of the register
  account_id uuid references accounts,
  organisation_id uuid references organisations,
  person_id uuid references people,
  kind text not null,
  words text not null,
  words_en text not null,
  subject_kind text not null,
  subject_id uuid not null,
  at timestamptz not null,
  read_at timestamptz,
  read_by uuid,
  constraint notices_to_one check (num_nonnulls(account_id, organisation_id, person_id) = 1),
  constraint notices_read_by_somebody check ((read_at is null) = (read_by is null))
);
create index notices_by_account on notices (account_id, id) where account_id is not null;
create index notices_by_organisation on notices (organisation_id, id) where organisation_id is not null;
create index notices_by_person on notices (person_id, id) where person_id is not null;
create trigger notices_of_nobody_merged after insert on notices referencing new table as added for each statement execute function guard_merged_person();
-- A notice says what it said; it is read once, and follows the person in a merge.
create function guard_notice() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or (old.read_at is not null and (new.read_at, new.read_by) is distinct from (old.read_at, old.read_by))
     or to_jsonb(old) - array['read_at', 'read_by', 'person_id'] <> to_jsonb(new) - array['read_at', 'read_by', 'person_id'] then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger notices_kept before update or delete on notices for each row execute function guard_notice();
create trigger notices_frozen before truncate on notices execute function refuse_change();
