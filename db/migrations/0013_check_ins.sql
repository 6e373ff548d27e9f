-- Check-ins by a code that changes, hours of sessions as facts with versions, and hours of finished classes in the ledger of
-- continuing education.

-- ─── check-ins ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Who said “I am here”, when by the server's clock, and with which code; a row is its own record, so that hundreds of phones at once
-- do not wait for one another in the history. No place, no face, and of a phone only a hash that means nothing in another session.
create table check_ins (
  session_id uuid not null references class_sessions,
  enrolment_id uuid not null references enrolments,
  at timestamptz not null,
  how text not null check (how in ('qr', 'code', 'manual')),
  -- number of the code since 1970; the code of a moment is derived from it, and kept nowhere
  step integer,
  device_hash text,
  -- the trainer's account, or the person's own where they were signed in
  entered_by uuid,
  primary key (session_id, enrolment_id),
  constraint check_ins_code check ((how = 'manual') = (step is null)),
  constraint check_ins_by_hand check (how <> 'manual' or entered_by is not null)
);
create index check_ins_by_enrolment on check_ins (enrolment_id);
create trigger check_ins_frozen before update or delete or truncate on check_ins execute function refuse_change();

-- ─── hours ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
alter table session_attendances rename column recorded_at to known_from;
alter table session_attendances
  alter column known_from set default clock_timestamp(),
  add column known_to timestamptz not null default 'infinity' check (known_to > known_from),
  -- null: by the person's own check-in, or before this was kept
  add column recorded_by uuid,
  -- why it takes the place of the version before
  add column reason text check (length(reason) between 2 and 500),
  drop constraint session_attendances_pkey,
  add primary key (session_id, enrolment_id, known_from);
create unique index session_attendances_current on session_attendances (session_id, enrolment_id) where known_to = 'infinity';
drop index session_attendances_by_enrolment;
create index session_attendances_by_enrolment on session_attendances (enrolment_id) where known_to = 'infinity';
create trigger session_attendances_kept before update or delete on session_attendances for each row execute function only_known_to();
create trigger session_attendances_frozen before truncate on session_attendances execute function refuse_change();

-- Hours that were closed are followed by others for a reason only.
create function guard_attendance_correction() returns trigger language plpgsql as $$
begin
  if exists (
    select from added a where a.reason is null and exists (
      select from session_attendances b where b.session_id = a.session_id and b.enrolment_id = a.enrolment_id and b.known_to < 'infinity')
  ) then
    raise exception 'hours of a session are corrected with a reason only' using errcode = 'HY002', table = tg_table_name;
  end if;
  return null;
end $$;
create trigger session_attendances_reason after insert on session_attendances referencing new table as added for each statement execute function guard_attendance_correction();

-- ─── continuing education ──────────────────────────────────────────────────────────────────────────────────────────────
-- the finished class that the hours come of: each gives them once
alter table education_hours
  add column enrolment_id uuid references enrolments,
  -- a class may have more than the 500 that somebody enters
  drop constraint education_hours_hours_check,
  add constraint education_hours_hours_check check (hours between 1 and 4000);
create unique index education_hours_of_class on education_hours (enrolment_id) where known_to = 'infinity';
