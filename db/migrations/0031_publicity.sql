-- Publicity (公示): the list of a submitted run as everybody may read it, frozen; objections and their answers; its closing.
create table publicities (
  id uuid primary key default new_id(),
  run_id uuid not null references allowance_runs,
  starts_on date not null,
  days smallint not null check (days between 1 and 60),
  day_kind text not null check (day_kind in ('working', 'calendar')),
  -- the first day after it
  ends_on date not null check (ends_on > starts_on),
  -- false: the year's holidays were not announced yet, only weekends were left out
  holidays_known boolean not null,
  -- where else it hangs: a notice board, a website
  place text not null check (length(place) between 2 and 200),
  line_count integer not null,
  total_fen bigint not null,
  sha256 text not null,
  opened_by uuid not null,
  opened_at timestamptz not null default clock_timestamp(),
  unique (run_id)
);
-- Masked when it was published; the person is for those who answer an objection.
create table publicity_lines (
  publicity_id uuid not null references publicities,
  position integer not null check (position > 0),
  person_id uuid not null,
  name_masked text not null,
  organisation_name text not null,
  level smallint,
  months smallint not null,
  amount_fen integer not null,
  primary key (publicity_id, position)
);
create table publicity_objections (
  id uuid primary key default new_id(),
  publicity_id uuid not null references publicities,
  -- the line it is about; null: somebody who is missing, or the list
  position integer,
  statement text not null check (length(statement) between 5 and 1000),
  -- who objects and how to reach them, sealed
  objector_sealed text not null,
  filed_by uuid,
  filed_at timestamptz not null default clock_timestamp(),
  foreign key (publicity_id, position) references publicity_lines
);
create index publicity_objections_by_publicity on publicity_objections (publicity_id);
create table publicity_answers (
  objection_id uuid primary key references publicity_objections,
  upheld boolean not null,
  answer text not null check (length(answer) between 2 and 1000),
  answered_by uuid not null,
  answered_at timestamptz not null default clock_timestamp()
);
create table publicity_closings (
  publicity_id uuid primary key references publicities,
  closed_by uuid not null,
  closed_at timestamptz not null default clock_timestamp()
);
create trigger publicities_frozen before update or delete or truncate on publicities execute function refuse_change();
create trigger publicity_lines_frozen before update or delete or truncate on publicity_lines execute function refuse_change();
-- An objection is sealed again when the vault's key is exchanged; nothing else of it changes.
create function guard_publicity_objection() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or to_jsonb(old) - 'objector_sealed' <> to_jsonb(new) - 'objector_sealed' then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger publicity_objections_kept before update or delete on publicity_objections for each row execute function guard_publicity_objection();
create trigger publicity_objections_frozen before truncate on publicity_objections execute function refuse_change();
create trigger publicity_answers_frozen before update or delete or truncate on publicity_answers execute function refuse_change();
create trigger publicity_closings_frozen before update or delete or truncate on publicity_closings execute function refuse_change();

-- Nothing is approved while its publicity is open, or after an objection was upheld, whoever writes the decision.
create function guard_publicity() returns trigger language plpgsql as $$
begin
  if new.kind = 'approval' and exists (
    select from publicities p where p.run_id = new.run_id and (
      not exists (select from publicity_closings c where c.publicity_id = p.id)
      or exists (select from publicity_objections o join publicity_answers a on a.objection_id = o.id where o.publicity_id = p.id and a.upheld))
  ) then
    raise exception 'the publicity of the run is open, or an objection was upheld' using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger allowance_decisions_publicity before insert on allowance_decisions for each row execute function guard_publicity();
-- No list closes over an objection that nobody has answered, and none is lodged behind a closing.
create function guard_publicity_closing() returns trigger language plpgsql as $$
begin
  perform from publicities where id = new.publicity_id for update;
  if tg_table_name = 'publicity_objections' then
    if exists (select from publicity_closings c where c.publicity_id = new.publicity_id) then
      raise exception 'the publicity is closed' using errcode = 'HY002';
    end if;
  elsif exists (select from publicity_objections o where o.publicity_id = new.publicity_id
      and not exists (select from publicity_answers a where a.objection_id = o.id)) then
    raise exception 'an objection is not answered' using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger publicity_objections_guard before insert on publicity_objections for each row execute function guard_publicity_closing();
create trigger publicity_closings_guard before insert on publicity_closings for each row execute function guard_publicity_closing();
