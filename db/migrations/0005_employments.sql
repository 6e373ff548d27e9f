-- Why somebody left, where they went, and the schooling they bring.

-- Coded beside the words; null where it was recorded before there were codes, or where nobody said.
alter table employments
  add leaving_kind text check (leaving_kind in ('resigned', 'contract_ended', 'dismissed', 'retired', 'transferred', 'died', 'other')),
  -- the employment that this one goes on from; ids stay while versions change, so there is nothing to refer to
  add transferred_from uuid check (transferred_from <> id),
  -- nobody has left who is still in post
  add constraint employments_leaving check (ends_on is not null or (leaving_kind is null and leaving_reason is null));
-- one employment goes on as one other at most
create unique index employments_transferred on employments (transferred_from) where known_to = 'infinity';
create index employments_by_id on employments (id, known_from);
-- one version of each is current, whoever the person is
create unique index employments_current on employments (id) where known_to = 'infinity';

-- the same for hours of continuing education
create index education_hours_versions on education_hours (id, known_from);

create table educations (
  person_id uuid not null references people,
  id uuid not null default new_id(),
  level text not null check (level in ('primary', 'junior_secondary', 'senior_secondary', 'secondary_vocational', 'junior_college', 'bachelor', 'postgraduate')),
  school text not null check (length(school) between 2 and 120),
  major text,
  -- part-time counts differently for bonuses of entry
  mode text not null check (mode in ('full_time', 'part_time')),
  starts_on date,
  graduated_on date check (graduated_on > starts_on),
  certificate_number text,
  evidence text,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  primary key (person_id, id, known_from)
);
create unique index educations_once on educations (person_id, level, school, graduated_on) nulls not distinct where known_to = 'infinity';
-- one version of each is current, whoever the person is
create unique index educations_current on educations (id) where known_to = 'infinity';

-- `education` is the highest level among the current educations of a person when there are any; what was typed before the first
-- of them waits here
alter table people add stated_education text;

create trigger educations_of_nobody_merged after insert on educations referencing new table as added for each statement execute function guard_merged_person();
