-- How a result comes about: marks by part and sitting, entry by two people, locking and publication, appeals. All of it only grows;
-- assessment_results stays what certificates and completion read, and is written from the marks.

-- how an assessor examines, by its own regulations; the terms in force on the day a class starts hold for the whole class
create table assessment_terms (
  id uuid primary key default new_id(),
  assessor_organisation_id uuid not null references organisations,
  valid_from date not null,
  -- months for which a passed part is kept while another is sat again; 0: nothing is kept
  kept_months smallint not null check (kept_months between 0 and 120),
  -- sittings of a part in one class, the first one included
  sittings smallint not null check (sittings between 1 and 20),
  -- days after a publication in which somebody may appeal
  appeal_days smallint not null check (appeal_days between 0 and 90),
  two_person_entry boolean not null,
  -- results are the assessor's alone until they are published
  held_until_published boolean not null,
  citation text not null check (length(citation) > 1),
  recorded_by uuid,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (assessor_organisation_id, valid_from)
);
create trigger assessment_terms_frozen before update or delete or truncate on assessment_terms execute function refuse_change();

-- what one of two people entered; `version` is that of the mark it is to become
create table assessment_entries (
  seq bigint primary key generated always as identity,
  enrolment_id uuid not null references enrolments,
  part text not null check (part in ('theory', 'practical', 'review')),
  sitting smallint not null check (sitting > 0),
  version smallint not null check (version > 0),
  assessed_on date not null,
  mark integer not null check (mark between 0 and 10000),
  reason text,
  entered_by uuid not null,
  entered_at timestamptz not null default clock_timestamp()
);
create index assessment_entries_of_enrolment on assessment_entries (enrolment_id);
create trigger assessment_entries_frozen before update or delete or truncate on assessment_entries execute function refuse_change();

-- the mark that stands for a part of a sitting is the one of the highest version
create table assessment_marks (
  id uuid primary key default new_id(),
  enrolment_id uuid not null references enrolments,
  part text not null check (part in ('theory', 'practical', 'review')),
  -- 0: kept from an earlier class
  sitting smallint not null check (sitting >= 0),
  version smallint not null check (version > 0),
  assessed_on date not null,
  mark integer not null check (mark between 0 and 10000),
  reason text check (length(reason) > 1),
  kept_mark_id uuid references assessment_marks,
  recorded_by uuid,
  -- the second person, where two enter; and which of them settled a difference
  checked_by uuid,
  settled_by uuid,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (enrolment_id, part, sitting, version),
  constraint assessment_marks_corrected_with_reason check (version = 1 or reason is not null),
  constraint assessment_marks_by_two_people check (checked_by <> recorded_by),
  constraint assessment_marks_settled_by_one_of_them check (settled_by is null or (checked_by is not null and settled_by in (recorded_by, checked_by) and reason is not null)),
  constraint assessment_marks_kept check ((sitting = 0) = (kept_mark_id is not null))
);
create index assessment_marks_kept_from on assessment_marks (kept_mark_id);
create trigger assessment_marks_frozen before update or delete or truncate on assessment_marks execute function refuse_change();

create table result_locks (
  class_id uuid primary key references classes,
  -- enrolments that had no result
  missing uuid[] not null,
  -- by the class's completion, not by the assessor itself
  implied boolean not null,
  locked_by uuid,
  locked_at timestamptz not null default clock_timestamp()
);
create trigger result_locks_frozen before update or delete or truncate on result_locks execute function refuse_change();
create table result_publications (
  class_id uuid primary key references result_locks,
  implied boolean not null,
  published_by uuid,
  published_at timestamptz not null default clock_timestamp(),
  -- by the database's own clock, as results have it: which of them were corrected after it
  recorded_at timestamptz not null default clock_timestamp()
);
create trigger result_publications_frozen before update or delete or truncate on result_publications execute function refuse_change();
create function guard_locked_marks() returns trigger language plpgsql as $$
begin
  if exists (select from added m join enrolments e on e.id = m.enrolment_id join result_locks l on l.class_id = e.class_id
    where m.sitting <= 1 and m.reason is null) then
    raise exception 'the results are locked: a mark of the first sitting changes with a reason only' using errcode = 'HY001';
  end if;
  return null;
end $$;
create trigger assessment_marks_locked after insert on assessment_marks referencing new table as added for each statement execute function guard_locked_marks();

create table result_appeals (
  id uuid primary key default new_id(),
  enrolment_id uuid not null references enrolments,
  -- a result is appealed against once; a corrected one is another result
  result_id uuid not null unique references assessment_results,
  grounds text not null check (length(grounds) > 1),
  filed_by uuid not null,
  filed_at timestamptz not null default clock_timestamp()
);
create index result_appeals_of_enrolment on result_appeals (enrolment_id);
create trigger result_appeals_frozen before update or delete or truncate on result_appeals execute function refuse_change();
create table result_appeal_decisions (
  appeal_id uuid primary key references result_appeals,
  upheld boolean not null,
  reason text not null check (length(reason) > 1),
  -- the result as corrected
  result_id uuid unique references assessment_results,
  decided_by uuid not null,
  decided_at timestamptz not null default clock_timestamp(),
  check (upheld = (result_id is not null))
);
create trigger result_appeal_decisions_frozen before update or delete or truncate on result_appeal_decisions execute function refuse_change();

-- the people who examine a class
create table class_examiners (
  id uuid primary key default new_id(),
  class_id uuid not null references classes,
  name text not null check (length(name) between 1 and 60),
  account_id uuid references accounts,
  named_by uuid,
  named_at timestamptz not null default clock_timestamp(),
  left_at timestamptz,
  leaving_reason text,
  check ((left_at is null) = (leaving_reason is null))
);
create unique index class_examiners_once on class_examiners (class_id, name) where left_at is null;
create function guard_examiner() returns trigger language plpgsql as $$
begin
  if old.left_at is not null or new.left_at is null or to_jsonb(new) - '{left_at,leaving_reason}'::text[] <> to_jsonb(old) - '{left_at,leaving_reason}'::text[] then
    raise exception 'an examiner only leaves a class' using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger class_examiners_guard before update on class_examiners for each row execute function guard_examiner();
create trigger class_examiners_kept before delete or truncate on class_examiners execute function refuse_change();

-- results from before there were marks: one sitting each; classes that are over have published theirs
insert into assessment_marks (enrolment_id, part, sitting, version, assessed_on, mark, recorded_by, recorded_at)
select r.enrolment_id, p.part, 1, 1, r.assessed_on, p.mark, r.recorded_by, r.known_from
from assessment_results r cross join lateral (values ('theory', r.theory), ('practical', r.practical), ('review', r.review)) p (part, mark)
where r.known_to = 'infinity' and p.mark is not null;
insert into result_locks (class_id, missing, implied, locked_at)
select k.id, '{}', true, coalesce((select max(h.at) from history_events h where h.kind = 'class.completed' and h.subject_kind = 'class' and h.subject_id = k.id::text), k.created_at)
from classes k where k.status = 'completed' and k.assessor_organisation_id is not null;
insert into result_publications (class_id, implied, published_at) select class_id, true, locked_at from result_locks;
