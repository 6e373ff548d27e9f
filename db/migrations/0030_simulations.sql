-- What a draft of a scheme would pay: computed over real facts, kept, and changing nothing.
create table simulations (
  id uuid primary key default new_id(),
  scheme_code text not null references schemes,
  -- the version that the draft starts from, and what it changes of it
  base_version_id uuid not null references scheme_versions,
  title text not null check (length(title) between 2 and 120),
  draft jsonb not null,
  first_month date not null check (extract(day from first_month) = 1),
  last_month date not null check (extract(day from last_month) = 1),
  district_codes text[] not null check (cardinality(district_codes) > 0),
  -- of who asked: whoever answers for all of it may read it
  division_code text not null,
  -- what was known at this instant is what it sees
  cutoff timestamptz,
  rules_sha256 text not null,
  job_id uuid,
  requested_by uuid not null,
  requested_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  check (last_month >= first_month)
);
create index simulations_by_scheme on simulations (scheme_code, id);

-- A row a month, district and level of the certificate (0: none), and rows without a month about the whole time, where everybody
-- counts once in the district and at the level of their last month.
create table simulation_figures (
  simulation_id uuid not null references simulations,
  month date check (extract(day from month) = 1),
  district_code text not null,
  level smallint not null check (level between 0 and 5),
  people integer not null,
  today_people integer not null,
  today_fen bigint not null,
  draft_people integer not null,
  draft_fen bigint not null,
  winners integer not null,
  gained_fen bigint not null,
  losers integer not null,
  lost_fen bigint not null,
  constraint simulation_figures_once unique nulls not distinct (simulation_id, month, district_code, level),
  constraint simulation_figures_sum check (draft_fen - today_fen = gained_fen - lost_fen)
);

-- What was asked for does not change, and once finished nothing does.
create function guard_simulation() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.finished_at is not null
    or to_jsonb(old) - '{cutoff,job_id,finished_at}'::text[] <> to_jsonb(new) - '{cutoff,job_id,finished_at}'::text[] then
    raise exception 'a simulation is kept as it was' using errcode = 'HY002';
  end if;
  return new;
end $$;
create trigger simulations_guard before update or delete on simulations for each row execute function guard_simulation();
create trigger simulations_kept before truncate on simulations execute function refuse_change();
create function guard_simulation_figures() returns trigger language plpgsql as $$
begin
  if exists (select from simulations s where s.id = coalesce(new.simulation_id, old.simulation_id) and s.finished_at is not null) then
    raise exception 'the figures of a finished simulation are kept as they were' using errcode = 'HY002';
  end if;
  return coalesce(new, old);
end $$;
create trigger simulation_figures_guard before insert or update or delete on simulation_figures for each row execute function guard_simulation_figures();
create trigger simulation_figures_kept before truncate on simulation_figures execute function refuse_change();
