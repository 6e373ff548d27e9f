-- A run judges earlier months again only for people of whom something became known since the last run; its lines are digested as they are written.

-- Empty when everybody's earlier months were judged.
alter table allowance_runs add column changes_since timestamptz;
-- Of whom something became known since then. Kept while the run is computed.
create table run_changed_people (
  run_id uuid not null references allowance_runs,
  person_id uuid not null,
  primary key (run_id, person_id)
);
-- What a part of a run leaves for its end. Kept while the run is computed.
create table run_parts (
  run_id uuid not null references allowance_runs,
  first_person_id uuid not null,
  -- the SHA-256 of each line, one after another
  line_digests bytea not null check (octet_length(line_digests) % 32 = 0),
  -- who was paid and attended somewhere else too
  attended_elsewhere uuid[] not null,
  primary key (run_id, first_person_id)
);

-- Lines go a statement at a time.
drop trigger allowance_lines_delete on allowance_lines;
create function guard_old_lines() returns trigger language plpgsql as $$
declare found_status text;
begin
  select r.status into found_status from removed o join allowance_runs r on r.id = o.run_id where r.status <> 'computing' limit 1;
  if found then
    raise exception 'a line of a run that is % cannot be changed', found_status using errcode = 'HY002';
  end if;
  return null;
end $$;
create trigger allowance_lines_delete after delete on allowance_lines referencing old table as removed for each statement execute function guard_old_lines();

-- What became known lately lies at the end of a table; what was closed is little.
create index employments_known on employments using brin (known_from);
create index employments_closed on employments (known_to) where known_to <> 'infinity';
create index service_months_known on service_months using brin (known_from);
create index service_months_closed on service_months (known_to) where known_to <> 'infinity';
create index education_hours_known on education_hours using brin (known_from);
create index education_hours_closed on education_hours (known_to) where known_to <> 'infinity';
create index certificates_known on certificates using brin (known_from);
create index registry_checks_known on registry_checks using brin (known_from);
create index external_certificates_known on external_certificates using brin (known_from);
create index external_certificates_closed on external_certificates (known_to) where known_to <> 'infinity';
create index external_certificate_checks_known on external_certificate_checks using brin (known_from);
create index employments_of_dead on employments (person_id) where leaving_kind = 'died';
