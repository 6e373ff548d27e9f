-- Facts that schemes ask for and nobody could record: how long a contract runs, who owns a facility, licences to practise, the day of a
-- claim; and what a confirmation settles of a version beside its amounts and thresholds.

-- ─── contracts ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- the first day the contract no longer covers; 9999-12-31: it has no end; null: not recorded
alter table employments add column contract_until date, add constraint employments_contract_term check (contract_until > starts_on);

-- posts that the entry bonus of Zhejiang tells apart (source S6)
alter table employments drop constraint employments_post_check, add constraint employments_post_check check (post in
  ('care', 'nursery_care', 'nursing', 'rehabilitation', 'nutrition', 'counselling', 'training', 'assessment', 'management', 'other'));

-- ─── ownership: another thing of an organisation's standing that money depends on ──────────────────────────────────────
alter table organisations add column ownership text check (ownership in ('public', 'private'));
alter table organisation_standings add column ownership text;
create or replace function record_organisation_standing() returns trigger language plpgsql as $$
declare since timestamptz;
begin
  if tg_op = 'UPDATE' and (old.facility_kind, old.ownership, old.district_code, old.parent_id, old.closed_on)
      is not distinct from (new.facility_kind, new.ownership, new.district_code, new.parent_id, new.closed_on) then
    return null;
  end if;
  perform pg_advisory_xact_lock_shared(4806);
  -- a coarse clock may show the same instant twice; the next standing starts where the last one ends
  update organisation_standings set known_to = greatest(clock_timestamp(), known_from + interval '1 microsecond')
    where organisation_id = new.id and known_to = 'infinity' returning known_to into since;
  insert into organisation_standings (organisation_id, facility_kind, ownership, district_code, parent_id, closed_on, known_from)
    values (new.id, new.facility_kind, new.ownership, new.district_code, new.parent_id, new.closed_on, coalesce(since, clock_timestamp()));
  return null;
end $$;

-- ─── licences to practise (执业资格), which some schemes take in place of a skill level ─────────────────────────────────
create table licences (
  person_id uuid not null references people,
  id uuid not null default new_id(),
  kind text not null check (kind in ('nurse', 'rehabilitation')),
  -- gone when the person is erased
  number text check (length(number) between 2 and 60),
  issued_on date not null,
  -- the first day no longer valid
  valid_until date check (valid_until > issued_on),
  evidence text,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  primary key (person_id, id, known_from)
);
create unique index licences_once on licences (person_id, kind, number) where known_to = 'infinity';
create unique index licences_current on licences (id) where known_to = 'infinity';
create trigger licences_of_nobody_merged after insert on licences referencing new table as added for each statement execute function guard_merged_person();
create trigger licences_erased after insert on licences referencing new table as added for each statement execute function refuse_erased();

-- ─── claims: on which day somebody asked for a component of a scheme ───────────────────────────────────────────────────
create table allowance_claims (
  person_id uuid not null references people,
  id uuid not null default new_id(),
  scheme_code text not null references schemes,
  component text not null,
  claimed_on date not null,
  -- the facility that filed it; null: the person did
  organisation_id uuid references organisations,
  note text,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  recorded_by uuid,
  primary key (person_id, id, known_from)
);
create unique index allowance_claims_once on allowance_claims (person_id, scheme_code, component, claimed_on) where known_to = 'infinity';
create unique index allowance_claims_current on allowance_claims (id) where known_to = 'infinity';
create trigger allowance_claims_of_nobody_merged after insert on allowance_claims referencing new table as added for each statement execute function guard_merged_person();
create trigger allowance_claims_erased after insert on allowance_claims referencing new table as added for each statement execute function refuse_erased();

-- ─── confirmations that settle more than amounts ───────────────────────────────────────────────────────────────────────
-- {effective_from, version: {ladder}, components: {code: {instalments, part_time_percent}}}: of each what the document says of it
alter table scheme_confirmations add column settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object');
-- what is asked for is told by `asks`, beside the words
update scheme_components set unknown = (
  select jsonb_agg(u || coalesce(case
    when u ->> 'zh' = '施行日期' then '{"asks": "effective_from"}'::jsonb
    when u ->> 'zh' like '%分几期发放%' or u ->> 'zh' like '就业补贴满几年发放%' then '{"asks": "instalments"}'
    when u ->> 'zh' like '本地等级%' then '{"asks": "ladder"}'
    when u ->> 'zh' = '非全日制学历折算比例' then '{"asks": "part_time_percent"}' end, '{}') order by ordinal)
  from jsonb_array_elements(unknown) with ordinality as one (u, ordinal)) where unknown <> '[]';

-- A version and its components as they stand with what was confirmed: nobody computes from the tables behind them.
create view settled_versions as
  select v.id, v.scheme_code, v.number, coalesce((c.settings ->> 'effective_from')::date, v.effective_from) as effective_from, v.effective_to, v.title,
    v.settings || coalesce(c.settings -> 'version', '{}') as settings, v.citation, v.confidence, c.document
  from scheme_versions v left join scheme_confirmations c on c.version_id = v.id;
create view settled_components as
  select k.version_id, k.position, k.code, k.kind, k.title, k.title_en, k.settings || coalesce(c.settings -> 'components' -> k.code, '{}') as settings,
    case when c.id is null then k.unknown else jsonb_path_query_array(k.unknown, '$[*] ? (!exists(@.asks))') end as unknown,
    case when c.settings -> 'components' ? k.code then k.citation || '；' || c.document else k.citation end as citation, k.confidence
  from scheme_components k left join scheme_confirmations c on c.version_id = k.version_id;
