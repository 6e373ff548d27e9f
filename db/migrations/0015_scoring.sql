-- Competitions marked by declared rules: modules and criteria as data, marks that are never overwritten, penalties, times, lots.

alter table competitions
  add column class smallint check (class in (1, 2)),
  add column edition text check (length(edition) between 1 and 40);
-- an event has a weight of theory only where it has the two usual parts
alter table competition_events alter column theory_weight drop not null;

-- the rules of an event; the latest version counts, and stands once somebody was marked
create table competition_rules (
  event_id uuid not null references competition_events,
  version smallint not null check (version > 0),
  rules jsonb not null,
  reason text,
  made_by uuid,
  made_at timestamptz not null default clock_timestamp(),
  primary key (event_id, version),
  check (version = 1 or length(reason) > 1)
);
create trigger competition_rules_frozen before update or delete or truncate on competition_rules execute function refuse_change();

-- what the rules have judged or measured, so that the database refuses a mark above the maximum
create table competition_criteria (
  event_id uuid not null references competition_events,
  number smallint not null check (number > 0),
  module text not null,
  name text not null,
  measured boolean not null,
  -- hundredths of a point
  max_points integer not null check (max_points > 0),
  primary key (event_id, number),
  unique (event_id, number, max_points)
);

alter table competition_judges drop constraint competition_judges_part_check;
alter table competition_judges
  add column number smallint,
  -- for whom the judge works, where that is known: judging one's colleagues is shown
  add column organisation_id uuid references organisations;
update competition_judges j set number = n.number
from (select event_id, part, name, row_number() over (partition by event_id order by part, name) as number from competition_judges) n
where n.event_id = j.event_id and n.part = j.part and n.name = j.name;
alter table competition_judges alter column number set not null;
alter table competition_judges add constraint competition_judges_number unique (event_id, number);

alter table competition_entries
  -- judges know it instead of name and station
  add column sealed_number smallint check (sealed_number > 0),
  add column team text check (length(team) between 1 and 60),
  add column exception text,
  add column withdrawn_at timestamptz,
  add column withdrawn_by uuid,
  add column withdrawal_reason text,
  add constraint competition_entries_sealed unique (event_id, sealed_number),
  add constraint competition_entries_of_event unique (event_id, id),
  add check ((withdrawn_at is null) = (withdrawal_reason is null));
-- of a team, everybody but the person who stands for it
create table competition_entry_members (
  entry_id uuid not null references competition_entries,
  event_id uuid not null references competition_events,
  person_id uuid not null references people,
  primary key (entry_id, person_id),
  unique (event_id, person_id)
);
create index competition_entry_members_by_person on competition_entry_members (person_id);
create trigger competition_entry_members_of_nobody_merged after insert on competition_entry_members
  referencing new table as added for each statement execute function guard_merged_person();

create table competition_draws (
  event_id uuid not null references competition_events,
  number smallint not null check (number > 0),
  -- from it the numbers follow: whoever doubts the lots draws them again
  seed text not null,
  reason text,
  drawn_by uuid,
  drawn_at timestamptz not null default clock_timestamp(),
  primary key (event_id, number),
  check (number = 1 or length(reason) > 1)
);
create trigger competition_draws_frozen before update or delete or truncate on competition_draws execute function refuse_change();

-- where an event stands: a row a step
create table competition_event_states (
  event_id uuid not null references competition_events,
  state text not null check (state in ('started', 'published')),
  reached_at timestamptz not null default clock_timestamp(),
  reached_by uuid,
  primary key (event_id, state)
);
create trigger competition_event_states_frozen before update or delete or truncate on competition_event_states execute function refuse_change();
insert into competition_event_states (event_id, state, reached_at) select id, 'published', published_at from competition_events where published_at is not null;

create table competition_marks (
  event_id uuid not null,
  entry_id uuid not null,
  criterion smallint not null,
  judge smallint not null,
  points integer not null check (points >= 0),
  max_points integer not null,
  recorded_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  check (points <= max_points),
  foreign key (event_id, entry_id) references competition_entries (event_id, id),
  foreign key (event_id, criterion, max_points) references competition_criteria (event_id, number, max_points),
  foreign key (event_id, judge) references competition_judges (event_id, number)
);
create unique index competition_marks_current on competition_marks (event_id, entry_id, criterion, judge) where known_to = 'infinity';
create trigger competition_marks_closed before update on competition_marks for each row execute function only_close();
create trigger competition_marks_frozen before delete or truncate on competition_marks execute function refuse_change();

create table competition_penalties (
  id uuid primary key default new_id(),
  event_id uuid not null,
  entry_id uuid not null,
  -- hundredths of a point of the total
  points integer not null check (points > 0),
  reason text not null check (length(reason) > 1),
  recorded_by uuid,
  withdrawal_reason text,
  withdrawn_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  foreign key (event_id, entry_id) references competition_entries (event_id, id),
  check ((known_to = 'infinity') = (withdrawal_reason is null))
);
create index competition_penalties_of_event on competition_penalties (event_id) where known_to = 'infinity';
create trigger competition_penalties_frozen before delete or truncate on competition_penalties execute function refuse_change();

create table competition_times (
  event_id uuid not null,
  entry_id uuid not null,
  module text not null,
  milliseconds integer not null check (milliseconds > 0),
  recorded_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  foreign key (event_id, entry_id) references competition_entries (event_id, id)
);
create unique index competition_times_current on competition_times (event_id, entry_id, module) where known_to = 'infinity';
create trigger competition_times_closed before update on competition_times for each row execute function only_close();
create trigger competition_times_frozen before delete or truncate on competition_times execute function refuse_change();

-- events of the two usual parts, as they were marked until now
insert into competition_rules (event_id, version, rules)
select id, 1, jsonb_build_object(
  'modules', (
    select jsonb_agg(jsonb_build_object('key', part, 'name', title, 'weight', weight * 100, 'criteria', jsonb_build_array(jsonb_build_object('name', '总分', 'measured', false, 'max_points', 10000))) order by part desc)
    from (values ('theory', '理论', theory_weight), ('practical', '实操', 100 - theory_weight)) as p (part, title, weight) where weight > 0
  ),
  'trim_from', 5, 'missing_judges', 'refuse', 'present_at_least', 1, 'spread_alarm', null,
  'tie_breaks', case when theory_weight < 100 then '[{"by": "module", "module": "practical"}]'::jsonb else '[]'::jsonb end,
  'team_size', 1, 'entry', jsonb_build_object('most', null, 'most_per_organisation', null, 'workforce', null, 'years_at_least', null, 'level_at_least', null))
from competition_events;
insert into competition_criteria (event_id, number, module, name, measured, max_points)
select r.event_id, m.at, m.module ->> 'key', '总分', false, 10000
from competition_rules r, jsonb_array_elements(r.rules -> 'modules') with ordinality as m (module, at);
insert into competition_marks (event_id, entry_id, criterion, judge, points, max_points, known_from)
select e.event_id, s.entry_id, c.number, j.number, s.points, 10000, s.recorded_at
from competition_scores s join competition_entries e on e.id = s.entry_id join competition_criteria c on c.event_id = e.event_id and c.module = s.part
  join competition_judges j on j.event_id = e.event_id and j.part = s.part and j.name = s.judge;
drop table competition_scores;

-- the modules of a ranked entry as they are read, and what was taken off
alter table competition_rankings
  add column modules jsonb not null default '{}',
  add column penalty integer not null default 0 check (penalty >= 0);
