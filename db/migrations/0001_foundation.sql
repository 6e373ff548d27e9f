-- Everything the first release stands on. Dates are calendar days in Asia/Shanghai, intervals are half-open [from, to),
-- money is integer fen. A fact that money depends on is never overwritten: it is closed (known_to) and written again.

create extension if not exists btree_gist;

-- UUIDv7 made by the database, so that set-based inserts need no round trip (RFC 9562 §5.7).
create function new_id() returns uuid language sql volatile as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
end $$;

-- ─── reference data: every row says where it was read and how sure that is ─────────────────────────────────────────────
create table districts (
  code text primary key check (code ~ '^[0-9]{6}$'),
  name text not null,
  name_en text not null,
  kind text not null check (kind in ('province', 'city', 'district', 'county', 'county_city')),
  parent_code text references districts,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  sources text[] not null
);
create table sources (
  code text primary key,
  title text not null,
  address text not null,
  quality text not null
);
create table occupations (
  code text primary key,
  name text not null unique,
  name_en text not null,
  workforce text not null check (workforce in ('elder_care', 'childcare', 'other')),
  levels smallint[] not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  sources text[] not null
);
create table standard_hours (
  occupation_name text not null,
  edition text not null,
  level smallint not null check (level between 1 and 5),
  hours integer check (hours > 0),
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  sources text[] not null,
  primary key (occupation_name, edition, level)
);

-- ─── organisations ─────────────────────────────────────────────────────────────────────────────────────────────────────
create table organisations (
  id uuid primary key default new_id(),
  name text not null check (length(name) between 2 and 120),
  kinds text[] not null check (cardinality(kinds) > 0 and kinds <@ array['training_institution', 'assessment_body', 'care_facility', 'nursery', 'authority']),
  facility_kind text check (facility_kind in ('home', 'home_care_centre', 'city_home', 'nursery')),
  credit_code text unique check (credit_code ~ '^[0-9A-HJ-NP-RT-UW-Y]{18}$'),
  district_code text not null references districts,
  parent_id uuid references organisations,
  -- the first 13 characters of the skill-level certificate numbers it may issue: letter, assessor, province, site
  assessor_prefix text unique check (assessor_prefix ~ '^[A-Z][0-9]{12}$'),
  filed_from date,
  filed_to date check (filed_to > filed_from),
  closed_on date,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  check (assessor_prefix is null or 'assessment_body' = any (kinds)),
  check (not kinds && array['care_facility', 'nursery'] or facility_kind is not null)
);
create unique index organisations_name on organisations (district_code, name) where closed_on is null;

-- ─── people ────────────────────────────────────────────────────────────────────────────────────────────────────────────
create table people (
  id uuid primary key default new_id(),
  -- sorted and searched by bytes: the same order on every machine, and one index serves both
  name text collate "C" not null check (length(name) between 1 and 60),
  name_pinyin text collate "C" not null,
  name_initials text collate "C" not null,
  workforce text not null check (workforce in ('elder_care', 'childcare')),
  id_type text not null check (id_type in ('resident_id', 'residence_permit', 'travel_permit', 'permanent_residence', 'passport')),
  id_number_sealed text not null,
  id_number_masked text not null,
  sex text check (sex in ('male', 'female')),
  birth_date date,
  education text check (education in ('primary', 'junior_secondary', 'senior_secondary', 'secondary_vocational', 'junior_college', 'bachelor', 'postgraduate')),
  phone text,
  bank_account_sealed text,
  bank_account_masked text,
  revision integer not null default 1,
  created_at timestamptz not null default now()
);
create index people_by_pinyin on people (name_pinyin, name, id);
create index people_by_initials on people (name_initials);
create index people_by_name on people (name);
create index people_by_last_four on people (right(id_number_masked, 4));
-- one person per document, for life; its own table so that people can be distributed by their own key
create table person_documents (
  document_hash text primary key,
  person_id uuid not null references people
);
create index person_documents_by_person on person_documents (person_id);
-- which organisation knows which person: by importing, enrolling or employing them. This is what an organisation may see.
create table roster_entries (
  organisation_id uuid not null references organisations,
  person_id uuid not null references people,
  entered_at timestamptz not null default now(),
  primary key (organisation_id, person_id)
);
create index roster_entries_by_person on roster_entries (person_id, organisation_id);

create table employments (
  person_id uuid not null references people,
  id uuid not null default new_id(),
  organisation_id uuid not null references organisations,
  post text not null check (post in ('care', 'nursery_care', 'nursing', 'management', 'other')),
  contract_kind text not null check (contract_kind in ('labour', 'service', 'dispatch', 'public_post')),
  starts_on date not null,
  ends_on date check (ends_on > starts_on),
  leaving_reason text,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  primary key (person_id, id, known_from),
  constraint employments_overlap exclude using gist (person_id with =, organisation_id with =, post with =, daterange(starts_on, ends_on) with &&) where (known_to = 'infinity')
);
create index employments_by_organisation on employments (organisation_id, person_id) where known_to = 'infinity';

create table service_months (
  person_id uuid not null references people,
  month date not null check (extract(day from month) = 1),
  organisation_id uuid not null references organisations,
  attendance_days smallint not null check (attendance_days between 0 and 31),
  social_insurance boolean not null default false,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  check (attendance_days <= extract(day from month + interval '1 month' - interval '1 day')),
  primary key (person_id, month, organisation_id, known_from)
) partition by range (month);
create unique index service_months_current on service_months (organisation_id, month, person_id) where known_to = 'infinity';

create table education_hours (
  person_id uuid not null references people,
  id uuid not null default new_id(),
  completed_on date not null,
  hours integer not null check (hours between 1 and 500),
  provider text not null,
  subject text not null,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  primary key (person_id, id, known_from),
  constraint education_hours_twice exclude using gist (person_id with =, completed_on with =, provider with =, subject with =) where (known_to = 'infinity')
);
create table conduct_events (
  person_id uuid not null references people,
  id uuid not null default new_id(),
  kind text not null check (kind in ('liability_accident', 'ethics_breach')),
  happened_on date not null,
  decided_on date not null check (decided_on >= happened_on),
  decision text not null,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  primary key (person_id, id, known_from)
);

-- ─── training ──────────────────────────────────────────────────────────────────────────────────────────────────────────
create table courses (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations,
  name text not null,
  kind text not null check (kind in ('in_service', 'to_order', 'heads', 'skill_level', 'continuing_education')),
  occupation_code text references occupations,
  standard_edition text,
  level smallint check (level between 1 and 5),
  theory_hours integer not null check (theory_hours >= 0),
  practice_hours integer not null check (practice_hours >= 0),
  attendance_percent smallint not null check (attendance_percent between 0 and 100),
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  check (kind <> 'skill_level' or (occupation_code is not null and standard_edition is not null and level is not null))
);
create table classes (
  id uuid primary key default new_id(),
  course_id uuid not null references courses,
  organisation_id uuid not null references organisations,
  assessor_organisation_id uuid references organisations,
  name text not null,
  starts_on date not null,
  ends_on date not null check (ends_on > starts_on),
  capacity integer not null check (capacity between 1 and 500),
  status text not null default 'open' check (status in ('open', 'completed', 'cancelled')),
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  -- results are worth something only when somebody else gives them
  check (assessor_organisation_id is null or assessor_organisation_id <> organisation_id),
  unique (organisation_id, name)
);
create index classes_by_assessor on classes (assessor_organisation_id);
create table enrolments (
  id uuid primary key default new_id(),
  class_id uuid not null references classes,
  person_id uuid not null references people,
  status text not null default 'enrolled' check (status in ('enrolled', 'withdrawn', 'completed', 'failed')),
  status_reason text,
  created_at timestamptz not null default now(),
  unique (class_id, person_id)
);
create index enrolments_by_person on enrolments (person_id);
create table class_sessions (
  id uuid primary key default new_id(),
  class_id uuid not null references classes,
  held_on date not null,
  topic text not null,
  part text not null check (part in ('theory', 'practice')),
  hours smallint not null check (hours between 1 and 12),
  unique (class_id, held_on, topic)
);
create table session_attendances (
  session_id uuid not null references class_sessions,
  enrolment_id uuid not null references enrolments,
  hours smallint not null check (hours between 0 and 12),
  recorded_at timestamptz not null default now(),
  primary key (session_id, enrolment_id)
);
create index session_attendances_by_enrolment on session_attendances (enrolment_id);
-- scores are hundredths of a point (0–10000), so that no rounding comes between a mark and the pass mark
create table assessment_results (
  id uuid primary key default new_id(),
  enrolment_id uuid not null references enrolments,
  assessed_on date not null,
  theory integer check (theory between 0 and 10000),
  practical integer check (practical between 0 and 10000),
  review integer check (review between 0 and 10000),
  passed boolean not null,
  assessor_organisation_id uuid not null references organisations,
  recorded_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from)
);
create unique index assessment_results_current on assessment_results (enrolment_id) where known_to = 'infinity';

-- ─── competitions ──────────────────────────────────────────────────────────────────────────────────────────────────────
create table competitions (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations,
  name text not null unique,
  tier text not null check (tier in ('national', 'province', 'city', 'district')),
  held_on date not null,
  citation text not null,
  created_at timestamptz not null default now()
);
create table competition_events (
  id uuid primary key default new_id(),
  competition_id uuid not null references competitions,
  name text not null,
  occupation_code text not null references occupations,
  theory_weight smallint not null check (theory_weight between 0 and 100),
  published_at timestamptz,
  unique (competition_id, name)
);
create table competition_entries (
  id uuid primary key default new_id(),
  event_id uuid not null references competition_events,
  person_id uuid not null references people,
  organisation_id uuid not null references organisations,
  station smallint not null check (station > 0),
  unique (event_id, person_id),
  unique (event_id, station)
);
create index competition_entries_by_person on competition_entries (person_id);
-- who marks a part; everybody appointed marks every entry before there is a ranking
create table competition_judges (
  event_id uuid not null references competition_events,
  part text not null check (part in ('theory', 'practical')),
  name text not null check (length(name) between 1 and 60),
  primary key (event_id, part, name)
);
create table competition_scores (
  entry_id uuid not null references competition_entries,
  part text not null check (part in ('theory', 'practical')),
  judge text not null,
  points integer not null check (points between 0 and 10000),
  recorded_at timestamptz not null default now(),
  primary key (entry_id, part, judge)
);
create table competition_rankings (
  event_id uuid not null references competition_events,
  entry_id uuid not null references competition_entries,
  rank smallint not null check (rank > 0),
  -- points out of 100 as exact fractions of one denominator: integers, so that nothing was rounded before it was compared
  total numeric not null,
  practical numeric not null,
  denominator numeric not null check (denominator > 0),
  award text,
  primary key (event_id, entry_id)
);

-- ─── credentials ───────────────────────────────────────────────────────────────────────────────────────────────────────
create table certificate_series (
  prefix text primary key check (length(prefix) between 6 and 20),
  next_serial integer not null default 1 check (next_serial between 1 and 1000000)
);
create table certificate_batches (
  id uuid primary key default new_id(),
  class_id uuid not null references classes,
  organisation_id uuid not null references organisations,
  kind text not null check (kind in ('skill_level', 'completion')),
  issued_on date not null,
  valid_until date check (valid_until > issued_on),
  job_id uuid,
  requested_by uuid not null,
  created_at timestamptz not null default now()
);
create index certificate_batches_by_class on certificate_batches (class_id);
create table certificates (
  id uuid primary key default new_id(),
  number text not null unique,
  kind text not null check (kind in ('skill_level', 'completion', 'award')),
  person_id uuid not null references people,
  holder_name text not null,
  id_number_masked text not null,
  occupation_code text references occupations,
  occupation_name text not null,
  level smallint check (level between 1 and 5),
  issuer_organisation_id uuid not null references organisations,
  issuer_name text not null,
  issued_on date not null,
  valid_until date check (valid_until > issued_on),
  result_id uuid unique references assessment_results,
  enrolment_id uuid references enrolments,
  batch_id uuid references certificate_batches,
  replaces_id uuid unique references certificates,
  token text not null unique check (length(token) >= 22),
  printed jsonb not null,
  pdf_sha256 text not null check (pdf_sha256 ~ '^[0-9a-f]{64}$'),
  known_from timestamptz not null default clock_timestamp(),
  check (kind <> 'skill_level' or (level is not null and occupation_code is not null and (result_id is not null or replaces_id is not null)))
);
create unique index certificates_once on certificates (enrolment_id, kind) where replaces_id is null;
create index certificates_by_person on certificates (person_id);
create index certificates_by_pdf on certificates (pdf_sha256);
create index certificates_by_issuer on certificates (issuer_organisation_id, id);
create index certificates_by_batch on certificates (batch_id);
create index certificates_by_day on certificates (issued_on, number);
create index certificates_by_number on certificates (number text_pattern_ops);
create trigger certificates_frozen before update or delete or truncate on certificates execute function refuse_change();
create table certificate_revocations (
  certificate_id uuid primary key references certificates,
  reason_code text not null check (reason_code in ('fraud', 'issued_in_error', 'result_withdrawn', 'replaced')),
  reason text not null,
  -- the certificate supports nothing from this day on; fraud reaches back to the day of issue
  effective_on date not null,
  revoked_by uuid,
  known_from timestamptz not null default clock_timestamp()
);
create trigger certificate_revocations_frozen before update or delete or truncate on certificate_revocations execute function refuse_change();
-- an officer looked the certificate up in an official register (no register offers an interface): who, when, where, result
create table registry_checks (
  id uuid primary key default new_id(),
  certificate_id uuid not null references certificates,
  registry text not null check (registry in ('osta', 'zheli_kangyang', 'yong_yi_yang')),
  result text not null check (result in ('found', 'not_found', 'mismatch')),
  checked_on date not null,
  evidence text not null,
  checked_by uuid,
  known_from timestamptz not null default clock_timestamp()
);
create index registry_checks_by_certificate on registry_checks (certificate_id);
create trigger registry_checks_frozen before update or delete or truncate on registry_checks execute function refuse_change();
-- a facility asked about its roster: what it asked and what it was told
create table certificate_checks (
  id uuid primary key default new_id(),
  organisation_id uuid references organisations,
  requested_by uuid not null,
  rows jsonb not null,
  summary jsonb not null,
  sha256 text not null,
  created_at timestamptz not null default now()
);
create index certificate_checks_by_organisation on certificate_checks (organisation_id, created_at);

-- ─── allowances ────────────────────────────────────────────────────────────────────────────────────────────────────────
create table schemes (
  code text primary key,
  name text not null,
  division_code text not null references districts,
  workforce text not null check (workforce in ('elder_care', 'childcare'))
);
create table scheme_versions (
  id uuid primary key default new_id(),
  scheme_code text not null references schemes,
  number integer not null check (number > 0),
  effective_from date not null,
  effective_to date check (effective_to > effective_from),
  title text not null,
  settings jsonb not null,
  citation text not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  unique (scheme_code, number),
  constraint scheme_versions_overlap exclude using gist (scheme_code with =, daterange(effective_from, effective_to) with &&)
);
create table scheme_conditions (
  version_id uuid not null references scheme_versions,
  position smallint not null check (position between 0 and 30),
  code text not null,
  measure text not null,
  parameters jsonb not null default '{}',
  -- null: the duty was seen, the number was not; a version with such a condition computes nothing until it is confirmed
  threshold jsonb,
  title text not null,
  title_en text not null,
  citation text not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  primary key (version_id, position),
  unique (version_id, code)
);
create table scheme_confirmations (
  id uuid primary key default new_id(),
  version_id uuid not null unique references scheme_versions,
  document text not null check (length(document) >= 4),
  reason text not null,
  thresholds jsonb not null default '{}',
  confirmed_by uuid not null,
  confirmed_at timestamptz not null default now()
);
create trigger scheme_confirmations_frozen before update or delete or truncate on scheme_confirmations execute function refuse_change();
create table scheme_rates (
  id uuid primary key default new_id(),
  version_id uuid not null references scheme_versions,
  level smallint not null check (level between 1 and 5),
  facility_kind text,
  district_code text references districts,
  amount_fen integer not null check (amount_fen >= 0),
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  confirmation_id uuid references scheme_confirmations,
  citation text not null,
  check ((confidence = 'confirmed') = (confirmation_id is not null))
);
create unique index scheme_rates_usable on scheme_rates (version_id, level, facility_kind, district_code) nulls not distinct where confidence in ('seen', 'confirmed');

create table allowance_runs (
  id uuid primary key default new_id(),
  scheme_code text not null references schemes,
  version_id uuid not null references scheme_versions,
  month date not null check (extract(day from month) = 1),
  district_code text not null references districts,
  status text not null default 'computing' check (status in ('computing', 'computed', 'submitted', 'approved', 'rejected')),
  -- what was known at this instant is what the run sees, however often it is computed again
  cutoff timestamptz,
  rules_sha256 text,
  lines_sha256 text,
  line_count integer,
  payable_count integer,
  total_fen bigint,
  job_id uuid,
  created_by uuid not null,
  created_at timestamptz not null default now()
);
create unique index allowance_runs_live on allowance_runs (scheme_code, month, district_code) where status <> 'rejected';
create index allowance_runs_by_district on allowance_runs (district_code, month);
create table allowance_decisions (
  id uuid primary key default new_id(),
  run_id uuid not null references allowance_runs,
  kind text not null check (kind in ('submission', 'approval', 'rejection')),
  decided_by uuid not null,
  reason text,
  decided_at timestamptz not null default now(),
  check (kind <> 'rejection' or length(reason) > 1)
);
-- maker, checker and approver are different people: one person decides once in a run
create unique index allowance_decisions_once on allowance_decisions (run_id, kind);
create unique index allowance_decisions_by_others on allowance_decisions (run_id, decided_by);
create trigger allowance_decisions_frozen before update or delete or truncate on allowance_decisions execute function refuse_change();

-- The ids on a line are copied from rows that stay for ever, and the guard below looks the run up once a statement: a foreign key
-- for each would make a run three times as slow.
create table allowance_lines (
  run_id uuid not null,
  person_id uuid not null,
  month date not null check (extract(day from month) = 1),
  kind text not null check (kind in ('normal', 'back_pay', 'difference', 'recovery', 'reissue')),
  outcome text not null check (outcome in ('payable', 'refused', 'held')),
  organisation_id uuid,
  employment_id uuid,
  certificate_id uuid,
  registry_check_id uuid,
  level smallint,
  rate_id uuid,
  version_id uuid not null,
  -- what the month comes to by what is known now, and what the ledger already holds for it
  entitlement_fen integer not null check (entitlement_fen >= 0),
  previous_fen integer,
  amount_fen integer not null generated always as (entitlement_fen - coalesce(previous_fen, 0)) stored,
  -- bit i set: condition i is not met; the value found for each condition, in the order of scheme_conditions
  failed integer not null,
  found jsonb not null,
  -- by position of the condition: evidence that has no column here, and the earliest month it could be met
  notes jsonb,
  primary key (run_id, person_id, month),
  check (failed = 0 or entitlement_fen = 0),
  check (outcome <> 'refused' or entitlement_fen = 0),
  check ((kind = 'normal') = (previous_fen is null))
);
create index allowance_lines_by_person on allowance_lines (person_id, month);

-- what was approved: one chain a person, scheme and month; an entry quotes the one before with its exact amount, so sums always telescope
create table allowance_ledger (
  person_id uuid not null references people,
  scheme_code text not null references schemes,
  month date not null,
  seq smallint not null check (seq >= 0),
  prev_seq smallint,
  prev_fen integer,
  entitlement_fen integer not null check (entitlement_fen >= 0),
  amount_fen integer not null generated always as (entitlement_fen - coalesce(prev_fen, 0)) stored,
  run_id uuid not null,
  primary key (person_id, scheme_code, month, seq),
  unique (person_id, scheme_code, month, seq, entitlement_fen),
  foreign key (run_id, person_id, month) references allowance_lines,
  foreign key (person_id, scheme_code, month, prev_seq, prev_fen) references allowance_ledger (person_id, scheme_code, month, seq, entitlement_fen),
  check ((seq = 0) = (prev_seq is null)),
  check ((prev_seq is null) = (prev_fen is null)),
  check (prev_seq = seq - 1)
);
create index allowance_ledger_by_run on allowance_ledger (run_id);
create trigger allowance_ledger_frozen before update or delete or truncate on allowance_ledger execute function refuse_change();

create table payment_files (
  id uuid primary key default new_id(),
  run_id uuid not null references allowance_runs,
  format text not null check (format in ('xlsx', 'csv')),
  row_count integer not null,
  total_fen bigint not null,
  recovery_count integer not null,
  recovery_fen bigint not null,
  held_count integer not null,
  held_fen bigint not null,
  sha256 text not null,
  -- the bytes as they were made: names and accounts change later, what was sent to the bank does not
  content_sealed text not null,
  made_by uuid not null,
  made_at timestamptz not null default now()
);
create index payment_files_by_run on payment_files (run_id);
create trigger payment_files_frozen before update or delete or truncate on payment_files execute function refuse_change();

-- once a statement, not once a line: a run writes thousands
create function guard_new_lines() returns trigger language plpgsql as $$
declare found_status text;
begin
  select coalesce(r.status, 'missing') into found_status from added l left join allowance_runs r on r.id = l.run_id
  where r.status is distinct from 'computing' limit 1;
  if found then
    raise exception 'a line of a run that is % cannot be changed', found_status using errcode = 'HY002';
  end if;
  return null;
end $$;
create function guard_old_line() returns trigger language plpgsql as $$
declare found_status text;
begin
  select status into found_status from allowance_runs where id = old.run_id;
  if found_status <> 'computing' then
    raise exception 'a line of a run that is % cannot be changed', found_status using errcode = 'HY002';
  end if;
  return old;
end $$;
create trigger allowance_lines_insert after insert on allowance_lines referencing new table as added for each statement execute function guard_new_lines();
create trigger allowance_lines_delete before delete on allowance_lines for each row execute function guard_old_line();
create trigger allowance_lines_update before update on allowance_lines execute function refuse_change();
create trigger allowance_lines_kept before truncate on allowance_lines execute function refuse_change();

create function guard_allowance_run() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'a run is kept' using errcode = 'HY001'; end if;
  if (old.id, old.scheme_code, old.version_id, old.month, old.district_code, old.created_by) is distinct from
     (new.id, new.scheme_code, new.version_id, new.month, new.district_code, new.created_by) then
    raise exception 'what a run is about cannot be changed' using errcode = 'HY002';
  end if;
  if old.status <> new.status and (old.status, new.status) not in
     (('computing', 'computed'), ('computed', 'computing'), ('computed', 'submitted'), ('submitted', 'approved'), ('submitted', 'rejected'), ('computed', 'rejected')) then
    raise exception 'a run cannot go from % to %', old.status, new.status using errcode = 'HY002';
  end if;
  if old.status in ('submitted', 'approved', 'rejected') and
     (old.cutoff, old.rules_sha256, old.lines_sha256, old.line_count, old.payable_count, old.total_fen) is distinct from
     (new.cutoff, new.rules_sha256, new.lines_sha256, new.line_count, new.payable_count, new.total_fen) then
    raise exception 'the figures of a run that is % cannot be changed', old.status using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger allowance_runs_guard before update or delete on allowance_runs for each row execute function guard_allowance_run();
create trigger allowance_runs_kept before truncate on allowance_runs execute function refuse_change();

-- ─── access ────────────────────────────────────────────────────────────────────────────────────────────────────────────
create table accounts (
  id uuid primary key default new_id(),
  username text not null unique check (username ~ '^[a-z][a-z0-9_.-]{1,39}$'),
  display_name text not null,
  password_hash text not null,
  role text not null,
  organisation_id uuid references organisations,
  district_code text references districts,
  person_id uuid references people,
  failed_sign_ins smallint not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  revision integer not null default 1,
  created_at timestamptz not null default now()
);
create table sessions (
  id_hash text primary key,
  account_id uuid not null references accounts,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_by_account on sessions (account_id);
create table rate_limits (
  key text primary key,
  window_ends_at timestamptz not null,
  count integer not null
);
create table idempotency_keys (
  account_id uuid not null references accounts,
  key text not null check (length(key) between 1 and 200),
  request text not null,
  body_sha256 text not null,
  status smallint,
  headers jsonb,
  body text,
  created_at timestamptz not null default now(),
  primary key (account_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- ─── imports ───────────────────────────────────────────────────────────────────────────────────────────────────────────
create table imports (
  id uuid primary key default new_id(),
  kind text not null check (kind in ('people', 'employments', 'service-months', 'enrolments', 'results', 'education-hours', 'payment-results', 'certificates')),
  organisation_id uuid references organisations,
  subject_id uuid,
  filename text not null,
  sha256 text not null,
  status text not null check (status in ('checked', 'committing', 'committed', 'discarded')),
  row_count integer not null,
  accepted integer not null,
  rejected integer not null,
  warnings integer not null default 0,
  ignored_columns text[] not null default '{}',
  counts jsonb not null default '{}',
  job_id uuid,
  requested_by uuid not null,
  created_at timestamptz not null default now(),
  committed_at timestamptz
);
create unique index imports_once on imports (kind, coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'), coalesce(subject_id, '00000000-0000-0000-0000-000000000000'), sha256) where status in ('committing', 'committed');
create index imports_by_organisation on imports (organisation_id, id);
create table import_rows (
  import_id uuid not null references imports on delete cascade,
  row_number integer not null,
  -- what the file said, what will be written and what is wrong with it, sealed as one text; null once the row is written
  content text,
  change text not null check (change in ('new', 'changed', 'same', 'wrong')),
  done boolean not null default false,
  primary key (import_id, row_number),
  check (change <> 'wrong' or not done)
);

-- ─── jobs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
create table jobs (
  id uuid primary key default new_id(),
  kind text not null,
  subject_id uuid,
  args jsonb not null default '{}',
  status text not null default 'queued' check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  done integer not null default 0,
  total integer,
  -- where the next slice starts; written in the same transaction as the slice's work
  position text,
  result jsonb,
  error jsonb,
  attempts smallint not null default 0,
  run_at timestamptz not null default now(),
  created_by uuid,
  -- who may see it: the scope of the person who asked
  organisation_id uuid,
  district_code text,
  request_id text,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index jobs_waiting on jobs (run_at, id) where status in ('queued', 'running');

-- ─── history ───────────────────────────────────────────────────────────────────────────────────────────────────────────
create table history_lock (one boolean primary key default true check (one));
insert into history_lock default values;
create table history_events (
  seq bigint primary key default 0,
  at timestamptz not null,
  actor_id uuid,
  actor_name text not null,
  kind text not null,
  subject_kind text not null,
  subject_id text not null,
  organisation_id uuid,
  district_code text,
  reason text,
  changes jsonb not null default '{}',
  request_id text,
  previous_hash text not null default '',
  hash text not null default '' unique
);
create index history_events_by_subject on history_events (subject_kind, subject_id, seq);
create index history_events_by_organisation on history_events (organisation_id, seq);
create index history_events_by_actor on history_events (actor_id, seq);

create function history_hash(e history_events) returns text language sql stable as $$
  select encode(sha256(convert_to(jsonb_build_array(e.previous_hash, 
    e.seq, (extract(epoch from e.at) * 1000000)::bigint, e.actor_id, e.actor_name, e.kind, e.subject_kind, e.subject_id, e.organisation_id, e.district_code, e.reason, e.changes, e.request_id)::text, 'UTF8')), 'hex')
$$;
-- numbers and hashes are the database's own: nobody can write an event that does not stand on the one before
create function chain_history_event() returns trigger language plpgsql as $$
declare last history_events;
begin
  perform 1 from history_lock for update;
  select * into last from history_events order by seq desc limit 1;
  new.seq := coalesce(last.seq, 0) + 1;
  new.previous_hash := coalesce(last.hash, '');
  new.hash := history_hash(new);
  return new;
end $$;
create trigger history_events_chain before insert on history_events for each row execute function chain_history_event();
create trigger history_events_frozen before update or delete or truncate on history_events execute function refuse_change();
revoke update, delete, truncate on history_events from public, current_user;

-- ─── partitions: one a year, so that a month's run reads one and an old year can be moved away ──────────────────────────
do $$
begin
  for year in 2020..2035 loop
    execute format('create table service_months_%s partition of service_months for values from (%L) to (%L)', year, make_date(year, 1, 1), make_date(year + 1, 1, 1));
  end loop;
end $$;
create table service_months_other partition of service_months default;
