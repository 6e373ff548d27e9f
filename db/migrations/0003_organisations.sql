-- What an organisation is over time: periods of filing or recognition, and the standing that money depends on.

-- Closing the knowledge of a row is the only change it may see; everything else about it stays as it was said.
create function only_known_to() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or old.known_to <> 'infinity' or to_jsonb(old) - 'known_to' <> to_jsonb(new) - 'known_to' then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;

-- ─── periods of filing (备案) and recognition (审核认定) ─────────────────────────────────────────────────────────────────
create table organisation_filings (
  organisation_id uuid not null references organisations,
  id uuid not null default new_id(),
  kind text not null check (kind in ('filing', 'recognition')),
  starts_on date not null,
  ends_on date,
  reference text check (length(reference) between 1 and 120),
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  primary key (organisation_id, id, known_from),
  constraint organisation_filings_order check (ends_on > starts_on),
  constraint organisation_filings_overlap exclude using gist (organisation_id with =, kind with =, daterange(starts_on, ends_on) with &&) where (known_to = 'infinity')
);
create index organisation_filings_by_id on organisation_filings (id) where known_to = 'infinity';
-- known since the organisation was: runs that were computed before must find it
insert into organisation_filings (organisation_id, kind, starts_on, ends_on, known_from)
  select id, 'filing', filed_from, filed_to, created_at from organisations where filed_from is not null;
alter table organisations drop column filed_from, drop column filed_to;
create trigger organisation_filings_kept before update or delete on organisation_filings for each row execute function only_known_to();
create trigger organisation_filings_frozen before truncate on organisation_filings execute function refuse_change();

-- ─── standing: what of an organisation decides over money, as it was known at any instant ──────────────────────────────
create table organisation_standings (
  organisation_id uuid not null references organisations,
  facility_kind text,
  district_code text not null,
  parent_id uuid,
  closed_on date,
  known_from timestamptz not null,
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  primary key (organisation_id, known_from)
);
create unique index organisation_standings_current on organisation_standings (organisation_id) where known_to = 'infinity';
create index organisation_standings_by_district on organisation_standings (district_code, organisation_id);
insert into organisation_standings (organisation_id, facility_kind, district_code, parent_id, closed_on, known_from)
  select id, facility_kind, district_code, parent_id, closed_on, created_at from organisations;
create trigger organisation_standings_kept before update or delete on organisation_standings for each row execute function only_known_to();
create trigger organisation_standings_frozen before truncate on organisation_standings execute function refuse_change();

-- By the database, so that no writer of organisations can forget it. The lock is the one of every writer of facts: a run reads its
-- cutoff only when none of them is under way.
create function record_organisation_standing() returns trigger language plpgsql as $$
declare since timestamptz;
begin
  if tg_op = 'UPDATE' and (old.facility_kind, old.district_code, old.parent_id, old.closed_on)
      is not distinct from (new.facility_kind, new.district_code, new.parent_id, new.closed_on) then
    return null;
  end if;
  perform pg_advisory_xact_lock_shared(4806);
  -- a coarse clock may show the same instant twice; the next standing starts where the last one ends
  update organisation_standings set known_to = greatest(clock_timestamp(), known_from + interval '1 microsecond')
    where organisation_id = new.id and known_to = 'infinity' returning known_to into since;
  insert into organisation_standings (organisation_id, facility_kind, district_code, parent_id, closed_on, known_from)
    values (new.id, new.facility_kind, new.district_code, new.parent_id, new.closed_on, coalesce(since, clock_timestamp()));
  return null;
end $$;
create trigger organisations_standing after insert or update on organisations for each row execute function record_organisation_standing();

-- ─── chains ────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- One chain is joined at a time: two that join each other in the same moment would each see no circle.
create function guard_organisation_chain() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(4807);
  perform 1 from (
    with recursive above as (
      select new.parent_id as id
      union
      select o.parent_id from above join organisations o on o.id = above.id where o.parent_id is not null
    )
    select 1 from above where id = new.id) circle;
  if found then
    raise exception 'an organisation cannot be its own parent, nor that of one above it'
      using errcode = '23514', constraint = 'organisations_chain', table = 'organisations';
  end if;
  return new;
end $$;
create trigger organisations_chain before insert or update of parent_id on organisations for each row
  when (new.parent_id is not null) execute function guard_organisation_chain();
create index organisations_by_parent on organisations (parent_id) where parent_id is not null;
