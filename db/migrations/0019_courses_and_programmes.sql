-- Courses in dated versions, editions of occupational standards, programmes of schools with the persons who graduate, and the days of an answer to
-- a training order.

-- ─── editions of the standards ─────────────────────────────────────────────────────────────────────────────────────────
create table standard_editions (
  occupation_code text not null references occupations,
  edition text not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  sources text[] not null,
  primary key (occupation_code, edition)
);

-- ─── courses ───────────────────────────────────────────────────────────────────────────────────────────────────────────
-- A course is for one occupation and level, always; its edition, hours and money are those of its newest version, and every version stays.
alter table courses
  -- null: the first version, which holds from the beginning
  add column valid_from date,
  add column price_fen bigint check (price_fen >= 0),
  add column price_citation text,
  -- for everybody who passes: to the person, and to who taught them
  add column person_subsidy_fen bigint check (person_subsidy_fen >= 0),
  add column person_subsidy_citation text,
  add column provider_subsidy_fen bigint check (provider_subsidy_fen >= 0),
  add column provider_subsidy_citation text,
  add column reason text check (length(reason) > 1),
  add column recorded_by uuid,
  add constraint courses_price_cited check ((price_fen is null) = (price_citation is null)),
  add constraint courses_person_subsidy_cited check ((person_subsidy_fen is null) = (person_subsidy_citation is null)),
  add constraint courses_provider_subsidy_cited check ((provider_subsidy_fen is null) = (provider_subsidy_citation is null)),
  add constraint courses_dated check (revision = 1 or (valid_from is not null and reason is not null));

create table course_versions (
  course_id uuid not null references courses,
  number integer not null,
  valid_from date,
  standard_edition text,
  theory_hours integer not null,
  practice_hours integer not null,
  attendance_percent smallint not null,
  price_fen bigint,
  price_citation text,
  person_subsidy_fen bigint,
  person_subsidy_citation text,
  provider_subsidy_fen bigint,
  provider_subsidy_citation text,
  reason text,
  recorded_by uuid,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (course_id, number)
);
insert into course_versions (course_id, number, standard_edition, theory_hours, practice_hours, attendance_percent, recorded_at)
  select id, revision, standard_edition, theory_hours, practice_hours, attendance_percent, created_at from courses;
create trigger course_versions_frozen before update or delete or truncate on course_versions execute function refuse_change();

-- By the database, so that no writer of courses can forget it; a change without a new revision is refused by the key.
create function keep_course_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.kind, old.occupation_code, old.level, old.organisation_id)
      is distinct from (new.kind, new.occupation_code, new.level, new.organisation_id) then
    raise exception 'a course keeps its kind, occupation and level' using errcode = 'HY001';
  end if;
  insert into course_versions (course_id, number, valid_from, standard_edition, theory_hours, practice_hours, attendance_percent,
      price_fen, price_citation, person_subsidy_fen, person_subsidy_citation, provider_subsidy_fen, provider_subsidy_citation, reason, recorded_by)
    values (new.id, new.revision, new.valid_from, new.standard_edition, new.theory_hours, new.practice_hours, new.attendance_percent,
      new.price_fen, new.price_citation, new.person_subsidy_fen, new.person_subsidy_citation, new.provider_subsidy_fen,
      new.provider_subsidy_citation, new.reason, new.recorded_by);
  return null;
end $$;
create trigger courses_kept after insert or update on courses for each row execute function keep_course_version();

-- ─── classes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
-- A class is held by the newest version that was in force on its first day when it was opened, or moved to that day.
alter table classes
  add column course_version integer not null default 1,
  -- the university or school at which it is held
  add column host_school text check (length(host_school) between 2 and 120);
update classes set course_version = courses.revision from courses where courses.id = classes.course_id;
alter table classes add foreign key (course_id, course_version) references course_versions;

create function choose_course_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.course_id, old.starts_on) is not distinct from (new.course_id, new.starts_on) then
    new.course_version := old.course_version;
  else
    -- a course written in the same statement gets its first version at the end of it
    new.course_version := coalesce((select number from course_versions
      where course_id = new.course_id and (valid_from is null or valid_from <= new.starts_on) order by number desc limit 1), 1);
  end if;
  return new;
end $$;
create trigger classes_course_version before insert or update on classes for each row execute function choose_course_version();

-- ─── programmes of schools ─────────────────────────────────────────────────────────────────────────────────────────────
create table programmes (
  id uuid primary key default new_id(),
  school text not null check (length(school) between 2 and 120),
  name text not null check (length(name) between 2 and 120),
  level text not null check (level in ('secondary_vocational', 'junior_college', 'bachelor', 'postgraduate')),
  workforce text not null check (workforce in ('elder_care', 'childcare')),
  district_code text not null references districts,
  added_by uuid,
  added_at timestamptz not null default clock_timestamp(),
  constraint programmes_once unique (school, name, level)
);
create trigger programmes_frozen before update or delete or truncate on programmes execute function refuse_change();
create index programmes_by_district on programmes (district_code text_pattern_ops);

create table programme_years (
  programme_id uuid not null references programmes,
  year smallint not null check (year between 1950 and 2100),
  -- null: not known
  intake integer check (intake >= 0),
  graduates integer check (graduates >= 0),
  citation text not null check (length(citation) > 1),
  reason text check (length(reason) > 1),
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  check (num_nonnulls(intake, graduates) > 0),
  primary key (programme_id, year, known_from)
);
create unique index programme_years_current on programme_years (programme_id, year) where known_to = 'infinity';
create trigger programme_years_kept before update or delete on programme_years for each row execute function only_known_to();
create trigger programme_years_frozen before truncate on programme_years execute function refuse_change();

-- An education keeps its id through corrections and merges, so a link to it follows the person.
create table programme_graduates (
  id uuid primary key default new_id(),
  programme_id uuid not null references programmes,
  education_id uuid not null,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid
);
create unique index programme_graduates_once on programme_graduates (education_id) where known_to = 'infinity';
create index programme_graduates_by_programme on programme_graduates (programme_id) where known_to = 'infinity';
create trigger programme_graduates_kept before update or delete on programme_graduates for each row execute function only_known_to();
create trigger programme_graduates_frozen before truncate on programme_graduates execute function refuse_change();

-- ─── training orders ───────────────────────────────────────────────────────────────────────────────────────────────────
alter table training_order_answers add column ends_on date, add constraint training_order_answers_days check (ends_on > starts_on);
