-- The review of a run between its submission and its publicity: who reviews which facilities, what the machine found odd in it, the sample that is
-- looked into on the spot, and the lines that are held back.

-- Whose review a facility's lines need before the district's run goes on; null: every scheme that lays down nothing of its own.
create table review_routes (
  scheme_code text references schemes,
  facility_kind text not null check (facility_kind in ('home', 'home_care_centre', 'city_home', 'nursery')),
  reviewer text not null check (reviewer in ('township', 'district', 'city')),
  citation text not null,
  sources text[] not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  constraint review_routes_once unique nulls not distinct (scheme_code, facility_kind)
);
create function reviewer_of(scheme text, kind text) returns text language sql stable as $$
  select coalesce((select r.reviewer from review_routes r where r.facility_kind = kind and (r.scheme_code = scheme or r.scheme_code is null)
    order by r.scheme_code nulls last limit 1), 'district')
$$;
-- The figures the checks and the sample work with.
create table check_parameters (
  code text primary key check (code in ('full_attendance_days', 'rise_percent', 'rise_least_people', 'rise_least_fen', 'sample_percent')),
  value integer not null check (value > 0),
  citation text not null,
  sources text[] not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed'))
);

-- A keyed hash of the account a person has, so that equal accounts are found without opening any; the digest of the sealed account it was made from
-- tells whether it still is that account.
create table account_marks (
  person_id uuid primary key references people,
  account_sha256 bytea not null,
  key_id text not null,
  hash text not null
);
create index account_marks_by_hash on account_marks (hash);

-- ─── states ────────────────────────────────────────────────────────────────────────────────────────────────────────────
alter table allowance_runs
  drop constraint allowance_runs_status_check,
  add constraint allowance_runs_status_check check (status in ('computing', 'computed', 'submitted', 'reviewed', 'approved', 'rejected')),
  -- what was held back when it was approved: counted in the run's figures, but neither booked nor paid
  add column held_count integer,
  add column held_fen bigint;
create or replace function guard_allowance_run() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'a run is kept' using errcode = 'HY001'; end if;
  if (old.id, old.scheme_code, old.version_id, old.month, old.district_code, old.created_by) is distinct from
     (new.id, new.scheme_code, new.version_id, new.month, new.district_code, new.created_by) then
    raise exception 'what a run is about cannot be changed' using errcode = 'HY002';
  end if;
  if old.status <> new.status and (old.status, new.status) not in
     (('computing', 'computed'), ('computed', 'computing'), ('computed', 'submitted'), ('submitted', 'reviewed'), ('reviewed', 'approved'),
      ('submitted', 'rejected'), ('reviewed', 'rejected'), ('computed', 'rejected')) then
    raise exception 'a run cannot go from % to %', old.status, new.status using errcode = 'HY002';
  end if;
  if old.status in ('submitted', 'reviewed', 'approved', 'rejected') and
     (old.cutoff, old.rules_sha256, old.lines_sha256, old.line_count, old.payable_count, old.total_fen) is distinct from
     (new.cutoff, new.rules_sha256, new.lines_sha256, new.line_count, new.payable_count, new.total_fen)
     or old.status = 'approved' and (old.held_count, old.held_fen) is distinct from (new.held_count, new.held_fen) then
    raise exception 'the figures of a run that is % cannot be changed', old.status using errcode = 'HY002';
  end if;
  return new;
end $$;

-- Parts of a run are written while it is in one of the states named, and never changed; what is computed may be thrown away to be computed again.
create function guard_run_part() returns trigger language plpgsql as $$
declare phase text;
begin
  if tg_op = 'DELETE' then
    select status into phase from allowance_runs where id = old.run_id;
    if phase = 'computing' and tg_table_name = 'run_findings' then return old; end if;
    raise exception '% of a run that is % are kept', tg_table_name, phase using errcode = 'HY001';
  end if;
  select status into phase from allowance_runs where id = new.run_id;
  if phase = any (tg_argv) then return new; end if;
  raise exception 'a run that is % takes no more %', phase, tg_table_name using errcode = 'HY002', constraint = 'run_part_late', table = tg_table_name;
end $$;

-- ─── findings ──────────────────────────────────────────────────────────────────────────────────────────────────────────
create table run_findings (
  id uuid primary key default new_id(),
  run_id uuid not null references allowance_runs,
  kind text not null check (kind in ('shared_account', 'overlapping_attendance', 'sudden_rise', 'two_districts', 'died', 'left_before', 'too_many_days')),
  organisation_id uuid,
  -- null: about the facility
  person_id uuid,
  month date,
  evidence jsonb not null,
  check ((person_id is null) = (month is null)),
  check ((kind = 'sudden_rise') = (person_id is null)),
  unique (id, run_id),
  constraint run_findings_once unique nulls not distinct (run_id, kind, person_id, month, organisation_id)
);
create trigger run_findings_phase before insert or delete on run_findings for each row execute function guard_run_part('computing');
create trigger run_findings_frozen before update or truncate on run_findings execute function refuse_change();

-- ─── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- The facilities of a submitted run as they went into it, and whose review each takes.
create table run_facilities (
  run_id uuid not null references allowance_runs,
  organisation_id uuid not null,
  facility_kind text,
  reviewer text not null,
  primary key (run_id, organisation_id)
);
create table run_steps (
  run_id uuid not null references allowance_runs,
  reviewer text not null check (reviewer in ('township', 'district', 'city')),
  lines integer not null,
  payable integer not null,
  amount_fen bigint not null,
  primary key (run_id, reviewer)
);
create table run_reviews (
  run_id uuid not null,
  reviewer text not null,
  decided_by uuid not null,
  reason text check (length(reason) between 2 and 500),
  decided_at timestamptz not null default clock_timestamp(),
  primary key (run_id, reviewer),
  foreign key (run_id, reviewer) references run_steps
);
create table finding_answers (
  finding_id uuid primary key,
  run_id uuid not null,
  verdict text not null check (verdict in ('cleared', 'held')),
  reason text not null check (length(reason) between 2 and 500),
  decided_by uuid not null,
  decided_at timestamptz not null default clock_timestamp(),
  foreign key (finding_id, run_id) references run_findings (id, run_id)
);

-- ─── sample ────────────────────────────────────────────────────────────────────────────────────────────────────────────
create table run_samples (
  run_id uuid primary key references allowance_runs,
  seed text not null,
  percent smallint not null check (percent between 1 and 100),
  drawn_at timestamptz not null default clock_timestamp()
);
-- Of each kind of facility the lines that are paid, in the order of SHA-256(seed person month component): the first of them, as many as the share says.
create table run_sample_lines (
  run_id uuid not null references run_samples,
  person_id uuid not null,
  month date not null,
  component text not null,
  facility_kind text,
  lot integer not null check (lot > 0),
  -- how many there were to draw from
  of integer not null check (of >= lot),
  primary key (run_id, person_id, month, component),
  unique nulls not distinct (run_id, facility_kind, lot),
  foreign key (run_id, person_id, month, component) references allowance_lines
);
create table run_inspections (
  run_id uuid not null,
  person_id uuid not null,
  month date not null,
  component text not null,
  passed boolean not null,
  note text not null check (length(note) between 2 and 500),
  decided_by uuid not null,
  decided_at timestamptz not null default clock_timestamp(),
  primary key (run_id, person_id, month, component),
  foreign key (run_id, person_id, month, component) references run_sample_lines
);

-- ─── held lines ────────────────────────────────────────────────────────────────────────────────────────────────────────
-- What is held is a component of a person's month in a scheme, from the run that raised it until it is released, whatever runs it comes back in. A first hold has
-- none before it, the next ones quote one that was released: so one stands at most.
create table line_holds (
  id uuid primary key default new_id(),
  scheme_code text not null references schemes,
  person_id uuid not null,
  month date not null,
  component text not null,
  run_id uuid not null references allowance_runs,
  cause text not null check (cause in ('officer', 'finding', 'inspection')),
  reason text not null check (length(reason) between 2 and 500),
  held_by uuid not null,
  held_at timestamptz not null default clock_timestamp(),
  replaces_id uuid,
  unique (id, person_id, scheme_code, month, component),
  constraint line_holds_once unique nulls not distinct (person_id, scheme_code, month, component, replaces_id),
  foreign key (replaces_id, person_id, scheme_code, month, component) references line_holds (id, person_id, scheme_code, month, component),
  foreign key (run_id, person_id, month, component) references allowance_lines
);
create index line_holds_by_run on line_holds (run_id);
create table line_releases (
  hold_id uuid primary key references line_holds,
  reason text not null check (length(reason) between 2 and 500),
  released_by uuid not null,
  released_at timestamptz not null default clock_timestamp()
);
alter table line_holds add constraint line_holds_released foreign key (replaces_id) references line_releases;
create view standing_holds as
  select h.* from line_holds h where not exists (select from line_releases r where r.hold_id = h.id);
create trigger line_holds_phase before insert on line_holds for each row execute function guard_run_part('submitted', 'reviewed');
create trigger line_holds_frozen before update or delete or truncate on line_holds execute function refuse_change();
create trigger line_releases_frozen before update or delete or truncate on line_releases execute function refuse_change();

-- What is held is not booked, whoever writes the ledger.
create function guard_held_lines() returns trigger language plpgsql as $$
begin
  if exists (select from added a join standing_holds h on (h.person_id, h.scheme_code, h.month, h.component) = (a.person_id, a.scheme_code, a.month, a.component)) then
    raise exception 'a line that is held back is not booked' using errcode = 'HY002', constraint = 'allowance_ledger_held';
  end if;
  return null;
end $$;
create trigger allowance_ledger_held after insert on allowance_ledger referencing new table as added for each statement execute function guard_held_lines();

-- ─── three people ──────────────────────────────────────────────────────────────────────────────────────────────────────
-- whoever had a run computed, the last time included, or submitted it
create function made_run(run uuid, account uuid) returns boolean language sql stable as $$
  select exists (select from allowance_runs r where r.id = run and r.created_by = account)
    or exists (select from jobs j where j.subject_id = run and j.kind = 'allowances.run' and j.created_by = account)
    or exists (select from allowance_decisions d where d.run_id = run and d.kind = 'submission' and d.decided_by = account)
$$;
create function guard_checker() returns trigger language plpgsql as $$
begin
  if made_run(new.run_id, new.decided_by) then
    raise exception 'whoever made a run does not check it' using errcode = 'HY002', constraint = 'run_checked_by_others', table = tg_table_name;
  end if;
  return new;
end $$;
create trigger run_reviews_by_others before insert on run_reviews for each row execute function guard_checker();
create trigger finding_answers_by_others before insert on finding_answers for each row execute function guard_checker();
create trigger run_inspections_by_others before insert on run_inspections for each row execute function guard_checker();

-- A step is decided when everything odd in its facilities is answered and its part of the sample was looked into.
create function guard_review() returns trigger language plpgsql as $$
begin
  if exists (
    select from run_findings f left join run_facilities k on k.run_id = f.run_id and k.organisation_id = f.organisation_id
    where f.run_id = new.run_id and coalesce(k.reviewer, 'district') = new.reviewer
      and not exists (select from finding_answers a where a.finding_id = f.id)) then
    raise exception 'a finding is not answered' using errcode = 'HY002', constraint = 'run_reviews_answered';
  end if;
  if exists (
    select from run_sample_lines s join allowance_lines l using (run_id, person_id, month, component)
      left join run_facilities k on k.run_id = l.run_id and k.organisation_id = l.organisation_id
    where s.run_id = new.run_id and coalesce(k.reviewer, 'district') = new.reviewer
      and not exists (select from run_inspections i where (i.run_id, i.person_id, i.month, i.component) = (s.run_id, s.person_id, s.month, s.component))) then
    raise exception 'a line of the sample was not looked into' using errcode = 'HY002', constraint = 'run_reviews_inspected';
  end if;
  return new;
end $$;
create trigger run_reviews_complete before insert on run_reviews for each row execute function guard_review();
-- Approval comes after every step, and from somebody who neither made the run nor reviewed a step of it.
create function guard_approval() returns trigger language plpgsql as $$
begin
  if new.kind <> 'approval' then return new; end if;
  if exists (select from run_steps s where s.run_id = new.run_id
      and not exists (select from run_reviews v where (v.run_id, v.reviewer) = (s.run_id, s.reviewer)))
    or not exists (select from run_steps s where s.run_id = new.run_id) then
    raise exception 'a step of the review is not decided' using errcode = 'HY002', constraint = 'allowance_decisions_reviewed';
  end if;
  if made_run(new.run_id, new.decided_by) or exists (select from run_reviews v where v.run_id = new.run_id and v.decided_by = new.decided_by) then
    raise exception 'whoever made or reviewed a run does not approve it' using errcode = 'HY002', constraint = 'run_approved_by_others';
  end if;
  return new;
end $$;
create trigger allowance_decisions_reviewed before insert on allowance_decisions for each row execute function guard_approval();

create trigger run_reviews_phase before insert on run_reviews for each row execute function guard_run_part('submitted');
create trigger finding_answers_phase before insert on finding_answers for each row execute function guard_run_part('submitted');
create trigger run_inspections_phase before insert on run_inspections for each row execute function guard_run_part('submitted');
create trigger run_facilities_phase before insert on run_facilities for each row execute function guard_run_part('computed');
create trigger run_steps_phase before insert on run_steps for each row execute function guard_run_part('computed');
create trigger run_samples_phase before insert on run_samples for each row execute function guard_run_part('computed');
create trigger run_sample_lines_phase before insert on run_sample_lines for each row execute function guard_run_part('computed');
create trigger run_facilities_frozen before update or delete or truncate on run_facilities execute function refuse_change();
create trigger run_reviews_frozen before update or delete or truncate on run_reviews execute function refuse_change();
create trigger finding_answers_frozen before update or delete or truncate on finding_answers execute function refuse_change();
create trigger run_steps_frozen before update or delete or truncate on run_steps execute function refuse_change();
create trigger run_samples_frozen before update or delete or truncate on run_samples execute function refuse_change();
create trigger run_sample_lines_frozen before update or delete or truncate on run_sample_lines execute function refuse_change();
create trigger run_inspections_frozen before update or delete or truncate on run_inspections execute function refuse_change();

-- Whoever answers a finding of a run that was submitted before there were steps has the whole of it to review.
alter table run_steps disable trigger run_steps_phase;
insert into run_steps (run_id, reviewer, lines, payable, amount_fen)
  select id, 'district', coalesce(line_count, 0), coalesce(payable_count, 0), coalesce(total_fen, 0) from allowance_runs where status = 'submitted';
alter table run_steps enable trigger run_steps_phase;
