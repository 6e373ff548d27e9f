-- A programme that was registered wrongly is corrected as a new version, and may be joined to the training institution that runs it.

alter table programmes
  add column organisation_id uuid references organisations,
  add column revision integer not null default 1,
  -- why it was corrected, and by whom
  add column reason text,
  add column recorded_by uuid,
  add constraint programmes_explained check (revision = 1 or length(reason) > 1);
create index programmes_by_organisation on programmes (organisation_id);

create table programme_versions (
  programme_id uuid not null references programmes,
  number integer not null,
  school text not null,
  name text not null,
  level text not null,
  workforce text not null,
  district_code text not null,
  organisation_id uuid,
  reason text,
  recorded_by uuid,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (programme_id, number)
);
insert into programme_versions (programme_id, number, school, name, level, workforce, district_code, recorded_by, recorded_at)
  select id, revision, school, name, level, workforce, district_code, added_by, added_at from programmes;
create trigger programme_versions_frozen before update or delete or truncate on programme_versions execute function refuse_change();

-- By the database, so that no writer of programmes can forget it; a change without a new revision is refused by the key.
create function keep_programme_version() returns trigger language plpgsql as $$
begin
  insert into programme_versions (programme_id, number, school, name, level, workforce, district_code, organisation_id, reason, recorded_by)
    values (new.id, new.revision, new.school, new.name, new.level, new.workforce, new.district_code, new.organisation_id, new.reason,
      coalesce(new.recorded_by, new.added_by));
  return null;
end $$;
drop trigger programmes_frozen on programmes;
create trigger programmes_frozen before delete or truncate on programmes execute function refuse_change();
create trigger programmes_kept after insert or update on programmes for each row execute function keep_programme_version();
