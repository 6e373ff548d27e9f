-- Awards on paper, batches for the event of a competition, and the list of a batch in rows, so that a large one is a line and not a curve.

-- ─── who issues awards counts them: the organiser's own series, HJ, district, this number, year ───────────────────────
create table award_organisers (
  organisation_id uuid primary key references organisations,
  district_code text not null,
  ordinal smallint not null check (ordinal between 1 and 99),
  unique (district_code, ordinal)
);
create trigger award_organisers_frozen before update or delete or truncate on award_organisers execute function refuse_change();

-- ─── a batch is for a class or for an event: its awards, or the levels that promotions by it give ─────────────────────
alter table certificate_batches alter column class_id drop not null;
alter table certificate_batches
  add column event_id uuid references competition_events,
  drop constraint certificate_batches_kind_check,
  add constraint certificate_batches_kind_check check (kind in ('skill_level', 'completion', 'award')),
  add constraint certificate_batches_for_one check (num_nonnulls(class_id, event_id) = 1),
  add constraint certificate_batches_awards_of_event check (kind <> 'award' or event_id is not null),
  add constraint certificate_batches_completion_of_class check (kind <> 'completion' or class_id is not null);
create index certificate_batches_by_event on certificate_batches (event_id);
create index certificate_batches_by_organisation on certificate_batches (organisation_id, id);

-- whom a batch is for, in its order, fixed when it was asked for; and why somebody got nothing
create table certificate_batch_people (
  batch_id uuid not null references certificate_batches,
  ordinal integer not null check (ordinal > 0),
  person_id uuid not null references people,
  enrolment_id uuid references enrolments,
  entry_id uuid references competition_entries,
  promotion_id uuid references promotions,
  refusal_code text,
  refusal jsonb,
  primary key (batch_id, ordinal),
  check (num_nonnulls(enrolment_id, entry_id, promotion_id) = 1),
  check ((refusal_code is null) = (refusal is null))
);
create index certificate_batch_people_by_person on certificate_batch_people (person_id);
create index certificate_batch_people_refused on certificate_batch_people (batch_id, ordinal) where refusal_code is not null;
create trigger certificate_batch_people_kept before delete or truncate on certificate_batch_people execute function refuse_change();
create trigger certificate_batch_people_of_nobody_merged after insert on certificate_batch_people
  referencing new table as added for each statement execute function guard_merged_person();
-- batches until now had their list in the job, and what was refused in its position or its result
alter table certificate_batch_people disable trigger certificate_batch_people_of_nobody_merged;
insert into certificate_batch_people (batch_id, ordinal, person_id, enrolment_id, refusal_code, refusal)
select b.id, item.ordinal, e.person_id, e.id, skipped.one ->> 'code', skipped.one -> 'message'
from certificate_batches b join jobs j on j.id = b.job_id
  cross join jsonb_array_elements_text(j.args -> 'enrolment_ids') with ordinality as item (enrolment_id, ordinal)
  join enrolments e on e.id = item.enrolment_id::uuid
  left join lateral (
    select one from jsonb_array_elements(coalesce(j.result -> 'skipped', j.position::jsonb -> 'skipped', '[]')) one
    where one ->> 'enrolment_id' = item.enrolment_id) skipped on true;
alter table certificate_batch_people enable trigger certificate_batch_people_of_nobody_merged;
update jobs set position = position::jsonb ->> 'next' where kind = 'certificates.issue' and position is not null;
update jobs set args = args - 'enrolment_ids' where kind = 'certificates.issue' and status in ('queued', 'running');

-- ─── an award rests on a published rank, and never on one that was not published ──────────────────────────────────────
alter table certificates
  add column entry_id uuid references competition_entries,
  add column publication_id uuid references competition_publications,
  -- of the file as issued; null for certificates from before it was kept
  add column pdf_bytes integer check (pdf_bytes > 0),
  add constraint certificates_of_published_rank foreign key (publication_id, entry_id) references competition_published_ranks (publication_id, entry_id),
  -- an award is no level, whatever else is written into it
  add constraint certificates_award_rests_on_rank check (kind <> 'award' or (level is null and publication_id is not null and entry_id is not null)),
  add constraint certificates_rank_of_award check (kind = 'award' or num_nonnulls(publication_id, entry_id) = 0);
-- of a team everybody gets one, once
create unique index certificates_once_awarded on certificates (entry_id, person_id) where replaces_id is null;
