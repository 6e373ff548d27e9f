-- What follows a ranking: publications that stand, appeals and their decisions, promotions to a skill level and their certificates.

alter table competitions
  -- days after a publication in which it can be appealed against, as the notice says
  add column appeal_days smallint not null default 3 check (appeal_days between 0 and 60);

create table competition_appeals (
  id uuid primary key default new_id(),
  event_id uuid not null,
  entry_id uuid not null,
  grounds text not null check (length(grounds) > 1),
  filed_by uuid not null,
  filed_at timestamptz not null default clock_timestamp(),
  foreign key (event_id, entry_id) references competition_entries (event_id, id)
);
create index competition_appeals_of_event on competition_appeals (event_id);
create trigger competition_appeals_frozen before update or delete or truncate on competition_appeals execute function refuse_change();
create table competition_appeal_decisions (
  appeal_id uuid primary key references competition_appeals,
  upheld boolean not null,
  reason text not null check (length(reason) > 1),
  decided_by uuid not null,
  decided_at timestamptz not null default clock_timestamp()
);
create trigger competition_appeal_decisions_frozen before update or delete or truncate on competition_appeal_decisions execute function refuse_change();

create table competition_publications (
  id uuid primary key default new_id(),
  event_id uuid not null references competition_events,
  revision smallint not null check (revision > 0),
  awards jsonb not null,
  -- why it is published in spite of what the checks warn of
  acknowledgement text,
  appeal_id uuid unique references competition_appeals,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  published_by uuid,
  published_at timestamptz not null default clock_timestamp(),
  unique (event_id, revision),
  -- whatever was published is corrected by an appeal's decision only
  check ((revision = 1) = (appeal_id is null))
);
create trigger competition_publications_frozen before update or delete or truncate on competition_publications execute function refuse_change();
create table competition_published_ranks (
  publication_id uuid not null references competition_publications,
  entry_id uuid not null references competition_entries,
  rank smallint not null check (rank > 0),
  total numeric not null,
  denominator numeric not null,
  award text,
  primary key (publication_id, entry_id)
);
create index competition_published_ranks_of_entry on competition_published_ranks (entry_id);
create trigger competition_published_ranks_frozen before update or delete or truncate on competition_published_ranks execute function refuse_change();
-- rankings published before there were revisions
insert into competition_publications (event_id, revision, awards, sha256, published_at)
select id, 1, '[]', repeat('0', 64), published_at from competition_events where published_at is not null;
insert into competition_published_ranks (publication_id, entry_id, rank, total, denominator, award)
select p.id, r.entry_id, r.rank, r.total, r.denominator, r.award from competition_publications p join competition_rankings r using (event_id);

alter table competition_events
  -- set within the transaction of a decision that upholds an appeal, and nowhere else
  add column reopened_by uuid references competition_appeals;
create function guard_published_ranking() returns trigger language plpgsql as $$
begin
  if exists (select from competition_events e where e.id = coalesce(new.event_id, old.event_id) and e.published_at is not null and e.reopened_by is null) then
    raise exception 'the ranking is published: only the decision of an appeal corrects it' using errcode = 'HY001';
  end if;
  return coalesce(new, old);
end $$;
create trigger competition_rankings_published before update or delete on competition_rankings for each row execute function guard_published_ranking();
create trigger competition_marks_published before insert or update on competition_marks for each row execute function guard_published_ranking();
create trigger competition_penalties_published before insert or update on competition_penalties for each row execute function guard_published_ranking();

-- who may be promoted by a rank: published rules, each with its source; what is not sure is not active
create table promotion_rules (
  code text primary key,
  name text not null,
  tier text not null check (tier in ('national', 'province', 'city', 'district')),
  class smallint check (class in (1, 2)),
  terms jsonb not null,
  valid_from date not null,
  valid_to date check (valid_to > valid_from),
  -- months that must lie between two promotions of one person; null: not known
  months_between smallint,
  citation text not null,
  confidence text not null check (confidence in ('seen', 'confirmed', 'recalled', 'inferred', 'unknown')),
  active boolean not null,
  check (not active or confidence in ('seen', 'confirmed'))
);

create table promotions (
  id uuid primary key default new_id(),
  competition_id uuid not null references competitions,
  publication_id uuid not null references competition_publications,
  entry_id uuid not null references competition_entries,
  person_id uuid not null references people,
  rule_code text not null references promotion_rules,
  occupation_code text not null references occupations,
  from_level smallint check (from_level between 1 and 5),
  from_certificate_id uuid references certificates,
  to_level smallint not null check (to_level between 1 and 5),
  -- every term of the rule with what it asks and what was found
  reasons jsonb not null,
  assessor_organisation_id uuid not null references organisations,
  proposed_by uuid,
  proposed_at timestamptz not null default clock_timestamp(),
  withdrawn_at timestamptz,
  withdrawal_reason text,
  check (from_level is null or to_level < from_level),
  check ((withdrawn_at is null) = (withdrawal_reason is null))
);
-- one promotion per person and contest
create unique index promotions_once on promotions (competition_id, person_id) where withdrawn_at is null;
create index promotions_by_assessor on promotions (assessor_organisation_id, id);
create index promotions_by_entry on promotions (entry_id);
create index promotions_by_person on promotions (person_id);
create function guard_promotion() returns trigger language plpgsql as $$
begin
  if old.withdrawn_at is not null or new.withdrawn_at is null or to_jsonb(new) - '{withdrawn_at,withdrawal_reason}'::text[] <> to_jsonb(old) - '{withdrawn_at,withdrawal_reason}'::text[] then
    -- a record that is merged takes its promotions along
    if to_jsonb(new) - 'person_id' <> to_jsonb(old) - 'person_id' then
      raise exception 'a proposal is only withdrawn' using errcode = 'HY001';
    end if;
  end if;
  return new;
end $$;
create trigger promotions_guard before update on promotions for each row execute function guard_promotion();
create trigger promotions_kept before delete or truncate on promotions execute function refuse_change();
create trigger promotions_of_nobody_merged after insert on promotions referencing new table as added for each statement execute function guard_merged_person();

create table promotion_decisions (
  promotion_id uuid primary key references promotions,
  approved boolean not null,
  reason text not null check (length(reason) > 1),
  decided_by uuid not null,
  decided_at timestamptz not null default clock_timestamp()
);
create trigger promotion_decisions_frozen before update or delete or truncate on promotion_decisions execute function refuse_change();

-- a skill-level certificate rests on a result, on an approved promotion, or on the certificate it replaces
alter table certificates add column promotion_id uuid references promotions;
alter table certificates drop constraint certificates_check1;
alter table certificates add constraint certificates_rest_on_something check (
  kind <> 'skill_level' or (level is not null and occupation_code is not null and (result_id is not null or promotion_id is not null or replaces_id is not null)));
alter table certificates add constraint certificates_one_source check (result_id is null or promotion_id is null);
create unique index certificates_once_promoted on certificates (promotion_id) where replaces_id is null;
