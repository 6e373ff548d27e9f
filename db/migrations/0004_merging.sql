-- Two records of one person become one, and can be taken apart again: what was moved is written down by its keys, nothing is lost.

-- the record this one was merged into; a merged record is in no list and takes nothing new
alter table people add column merged_into uuid references people;
alter table people add constraint people_merged_into_itself check (merged_into <> id);
create index people_merged on people (merged_into, id) where merged_into is not null;
-- namesakes with the same phone or birth date stand beside each other: candidates are read from these indexes alone
create index people_by_name_phone on people (name, phone, id) include (birth_date) where merged_into is null and phone is not null;
create index people_by_name_birth_date on people (name, birth_date, id) include (phone) where merged_into is null and birth_date is not null;

-- the same number under two types of document. Filled from now on; of rows written before, the number is sealed and the hash unknown.
alter table person_documents add column number_hash text;
create index person_documents_by_number on person_documents (number_hash, person_id) where number_hash is not null;

-- somebody compared the two and decided that they are two people
create table person_distinctions (
  first_id uuid not null references people,
  second_id uuid not null references people check (first_id < second_id),
  reason text not null check (length(reason) > 1),
  decided_by uuid not null,
  decided_at timestamptz not null default now(),
  primary key (first_id, second_id)
);
create trigger person_distinctions_frozen before update or delete or truncate on person_distinctions execute function refuse_change();

create table person_merges (
  id uuid primary key default new_id(),
  merged_id uuid not null references people,
  survivor_id uuid not null references people check (survivor_id <> merged_id),
  reason text not null check (length(reason) > 1),
  merged_by uuid not null,
  merged_at timestamptz not null default clock_timestamp(),
  -- by table the keys of what went to the survivor, and of what stayed because the survivor has the same
  moved jsonb not null,
  not_carried jsonb not null,
  -- fields of the survivor that were empty and took the merged record's value
  filled text[] not null,
  undone_at timestamptz check (undone_at > merged_at),
  undone_by uuid,
  undo_reason text check (length(undo_reason) > 1),
  -- by table the keys of what had changed since the merge and stayed with the survivor
  kept jsonb,
  check (num_nulls(undone_at, undone_by, undo_reason) in (0, 3)),
  check (kept is null or undone_at is not null)
);
-- a record is merged once at a time: of two officers one wins
create unique index person_merges_standing on person_merges (merged_id) where undone_at is null;
create index person_merges_by_survivor on person_merges (survivor_id);

create function guard_person_merge() returns trigger language plpgsql as $$
begin
  if to_jsonb(old) - array['undone_at', 'undone_by', 'undo_reason', 'kept'] is distinct from
     to_jsonb(new) - array['undone_at', 'undone_by', 'undo_reason', 'kept'] then
    raise exception 'a merge is written once' using errcode = 'HY002';
  end if;
  if (old.undone_at is not null and (old.undone_at, old.undone_by, old.undo_reason) is distinct from (new.undone_at, new.undone_by, new.undo_reason))
     or (old.kept is not null and old.kept is distinct from new.kept) then
    raise exception 'a merge is undone once' using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger person_merges_guard before update on person_merges for each row execute function guard_person_merge();
create trigger person_merges_kept before delete or truncate on person_merges execute function refuse_change();

-- the mark on the person says what the standing merge says, never anything else
create function guard_merged_into() returns trigger language plpgsql as $$
begin
  if new.merged_into is distinct from (select m.survivor_id from person_merges m where m.merged_id = new.id and m.undone_at is null) then
    raise exception 'no standing merge says so' using errcode = 'HY002';
  end if;
  if exists (select from people p where p.id = new.merged_into and p.merged_into is not null) then
    raise exception 'the survivor is merged itself' using errcode = 'HY002', constraint = 'person_merged';
  end if;
  return new;
end $$;
create trigger people_merged_into before update of merged_into on people for each row execute function guard_merged_into();
create trigger people_born_merged before insert on people for each row when (new.merged_into is not null) execute function guard_merged_into();

-- the last survivor of a chain of merges, and everybody who was merged into a record, itself included
create function survivor_of(person uuid) returns uuid language sql stable as $$
  with recursive chain as (
    select id, merged_into from people where id = person
    union select p.id, p.merged_into from chain c join people p on p.id = c.merged_into
  ) select id from chain where merged_into is null
$$;
create function records_of(person uuid) returns setof uuid language sql stable as $$
  with recursive tree as (
    select person as id union select p.id from tree t join people p on p.merged_into = t.id
  ) select id from tree
$$;

-- A merged record takes nothing new. Once a statement, after the foreign keys: they waited for a merge under way, so this sees it.
create function guard_merged_person() returns trigger language plpgsql as $$
begin
  if exists (select from added a join people p on p.id = a.person_id where p.merged_into is not null) then
    raise exception 'the record was merged into another' using errcode = 'HY002', constraint = 'person_merged';
  end if;
  return null;
end $$;
do $$
declare belonging text;
begin
  foreach belonging in array array['employments', 'service_months', 'education_hours', 'conduct_events', 'enrolments', 'competition_entries',
    'roster_entries', 'person_documents', 'accounts', 'certificates'] loop
    execute format('create trigger %I after insert on %I referencing new table as added for each statement execute function guard_merged_person()',
      belonging || '_of_nobody_merged', belonging);
  end loop;
end $$;

-- What a certificate says is frozen as before. Whose record it lies in follows a merge, and goes back with its undoing.
create table certificate_moves (
  certificate_id uuid not null references certificates,
  from_id uuid not null references people,
  to_id uuid not null references people,
  moved_at timestamptz not null default clock_timestamp(),
  primary key (certificate_id, moved_at)
);
-- a run that began before a merge looks the moves after its cutoff up
create index certificate_moves_by_time on certificate_moves (moved_at);
create trigger certificate_moves_frozen before update or delete or truncate on certificate_moves execute function refuse_change();

create function guard_certificate() returns trigger language plpgsql as $$
begin
  if to_jsonb(old) - 'person_id' is distinct from to_jsonb(new) - 'person_id' then
    raise exception 'certificates is append-only: update refused' using errcode = 'HY001';
  end if;
  if not exists (select from person_merges m where m.merged_id = old.person_id and m.survivor_id = new.person_id and m.undone_at is null)
     and not exists (
       select from person_merges m join certificate_moves c on c.certificate_id = new.id and c.from_id = m.merged_id and c.to_id = m.survivor_id
       where m.merged_id = new.person_id and m.survivor_id = old.person_id and m.undone_at is not null and c.moved_at >= m.merged_at) then
    raise exception 'a certificate changes hands by a merge alone' using errcode = 'HY001';
  end if;
  insert into certificate_moves (certificate_id, from_id, to_id) values (new.id, old.person_id, new.person_id);
  return new;
end $$;
drop trigger certificates_frozen on certificates;
create trigger certificates_frozen before update on certificates for each row execute function guard_certificate();
create trigger certificates_kept before delete or truncate on certificates execute function refuse_change();
