-- Who may sit which level, as dated data; what the register cannot know is declared with its evidence; what was found of each
-- enrolment is kept as it was found. Employers enrol their own people in classes that are open to them.

create table entry_rules (
  code text primary key,
  -- null: every occupation, every edition of the standard
  occupation_code text references occupations,
  standard_edition text,
  level smallint not null check (level between 1 and 5),
  -- null: the day was not found in the source; the edition alone decides
  valid_from date,
  valid_to date check (valid_to > valid_from),
  -- any of them is enough; of each all terms are due, and how sure it is
  alternatives jsonb not null check (jsonb_array_length(alternatives) > 0),
  citation text not null,
  sources text[] not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  -- what was not seen in a source is kept and decides nothing
  active boolean not null,
  check (not active or confidence in ('seen', 'confirmed')),
  constraint entry_rules_overlap exclude using gist (coalesce(occupation_code, '') with =, coalesce(standard_edition, '') with =,
    level with =, daterange(valid_from, valid_to) with &&) where (active)
);

create table entry_declarations (
  person_id uuid not null references people,
  id uuid not null default new_id(),
  kind text not null check (kind in ('experience', 'apprenticeship', 'technical_diploma', 'related_major', 'professional_title')),
  occupation_code text not null references occupations,
  -- of work its days; of anything else the day it was reached
  from_on date not null,
  to_on date check (to_on > from_on),
  -- gone with the person's other data when the person is erased
  evidence text check (length(evidence) between 2 and 500),
  organisation_id uuid not null references organisations,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  primary key (person_id, id, known_from),
  check ((kind = 'experience') = (to_on is not null))
);
create unique index entry_declarations_current on entry_declarations (id) where known_to = 'infinity';
create unique index entry_declarations_once on entry_declarations (person_id, kind, occupation_code, from_on) where known_to = 'infinity';
-- a declaration is closed, and its evidence goes with an erased person; nothing else of it changes
create function guard_entry_declaration() returns trigger language plpgsql as $$
begin
  if to_jsonb(old) - array['known_to', 'evidence'] is distinct from to_jsonb(new) - array['known_to', 'evidence']
    or (new.evidence is distinct from old.evidence and new.evidence is not null)
    or (new.known_to is distinct from old.known_to and old.known_to <> 'infinity') then
    raise exception 'entry_declarations is append-only: update refused' using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger entry_declarations_kept before update on entry_declarations for each row execute function guard_entry_declaration();
create trigger entry_declarations_frozen before delete or truncate on entry_declarations execute function refuse_change();
create trigger entry_declarations_of_nobody_merged after insert on entry_declarations referencing new table as added for each statement execute function guard_merged_person();
create trigger entry_declarations_erased after insert on entry_declarations referencing new table as added for each statement execute function refuse_erased();

-- What was found when somebody was enrolled, and whenever it was looked at again; the newest stands.
create table enrolment_checks (
  id uuid primary key default new_id(),
  enrolment_id uuid not null references enrolments,
  checked_on date not null,
  -- null: no rule in force says who may sit the level
  rule_code text references entry_rules,
  met boolean,
  decision jsonb,
  -- what was let pass and is to be seen: [{"code": "enrolment.shift_clash", …}]
  warnings jsonb not null default '[]',
  checked_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  check ((rule_code is null) = (met is null)),
  check ((met is null) = (decision is null))
);
create index enrolment_checks_by_enrolment on enrolment_checks (enrolment_id, known_from);
create trigger enrolment_checks_frozen before update or delete or truncate on enrolment_checks execute function refuse_change();

-- who does not meet the conditions is flagged, or refused
alter table courses add column entry_check text not null default 'flag' check (entry_check in ('flag', 'refuse'));
-- the first day on which employers of the city may enrol their own people; null: none but those whose order the class fills
alter table classes add column open_to_employers_from date;
-- null: the trainer itself
alter table enrolments add column enrolled_by_organisation_id uuid references organisations;
create index classes_open_to_employers on classes (open_to_employers_from) where status = 'open';
