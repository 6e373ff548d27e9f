-- The life of a month's figures (submitted, then corrected with a reason only), the ledger of continuing education with approval, and the
-- time a decision about conduct keeps somebody out.

-- ─── months ────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- why the version was written, where a reason is due; the import that brought it
alter table service_months
  add column reason text check (length(reason) between 2 and 500),
  add column import_id uuid;
alter table employments add column import_id uuid;

-- A facility says of a month: these are my figures. What was submitted is said with a digest, so that it can be proved later.
create table service_month_submissions (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations,
  month date not null check (extract(day from month) = 1),
  people integer not null check (people > 0),
  -- staff in post of whom there were no figures, and why it was submitted all the same
  gaps integer not null default 0 check (gaps >= 0),
  gap_reason text,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  submitted_by uuid not null,
  submitted_at timestamptz not null default clock_timestamp(),
  -- the withdrawn submission it takes the place of
  replaces_id uuid,
  check ((gaps = 0) = (gap_reason is null)),
  unique (id, organisation_id, month),
  -- a first one has no other before it, the next ones quote a withdrawn one: so a month has at most one that stands
  constraint service_month_submissions_once unique nulls not distinct (organisation_id, month, replaces_id),
  constraint service_month_submissions_same foreign key (replaces_id, organisation_id, month) references service_month_submissions (id, organisation_id, month)
);
create index service_month_submissions_by_month on service_month_submissions (month, organisation_id);
create trigger service_month_submissions_frozen before update or delete or truncate on service_month_submissions execute function refuse_change();
create table service_month_withdrawals (
  submission_id uuid primary key references service_month_submissions,
  reason text not null check (length(reason) > 1),
  withdrawn_by uuid not null,
  withdrawn_at timestamptz not null default clock_timestamp()
);
create trigger service_month_withdrawals_frozen before update or delete or truncate on service_month_withdrawals execute function refuse_change();
alter table service_month_submissions
  add constraint service_month_submissions_withdrawn foreign key (replaces_id) references service_month_withdrawals (submission_id);

-- One key for an organisation's month: a submission holds it alone, whoever writes figures without a reason shares it, so that none
-- can slip in between the look at the figures and the submission.
create function service_month_key(organisation_id uuid, month date) returns bigint language sql immutable
  return hashtextextended(organisation_id::text || ' ' || (month - date '2000-01-01')::text, 4806);

-- once a statement, not once a row: an import writes hundreds of thousands
create function guard_submitted_months() returns trigger language plpgsql as $$
declare submitted date;
begin
  perform pg_advisory_xact_lock_shared(service_month_key(organisation_id, month))
  from (select distinct organisation_id, month from added where reason is null order by 1, 2) written;
  select s.month into submitted
  -- records merged and taken apart write their months again as they were: the reason stands with the merge
  from (
    select distinct organisation_id, month from added a where reason is null and not exists (
      select from person_merges m where a.person_id in (m.merged_id, m.survivor_id) and a.known_from in (m.merged_at, m.undone_at))
  ) written join service_month_submissions s using (organisation_id, month)
  where not exists (select from service_month_withdrawals w where w.submission_id = s.id) limit 1;
  if found then
    raise exception 'figures of %, which is submitted, are corrected with a reason only', to_char(submitted, 'YYYY-MM')
      using errcode = 'HY002', constraint = 'service_months_reason', table = tg_table_name;
  end if;
  return null;
end $$;
create trigger service_months_submitted after insert on service_months referencing new table as added for each statement execute function guard_submitted_months();

-- ─── continuing education ──────────────────────────────────────────────────────────────────────────────────────────────
-- Hours that a facility states about its own staff count once an officer has approved them; a training institution attests its own
-- teaching. A decision is a new version, so that a run sees the one known at its cutoff.
alter table education_hours
  add column evidence text check (length(evidence) between 1 and 200),
  add column approval text not null default 'approved' check (approval in ('pending', 'approved', 'rejected')),
  add column decided_by uuid,
  add column decision_reason text,
  add column import_id uuid,
  add constraint education_hours_decision check (
    (approval <> 'rejected' or (decided_by is not null and length(decision_reason) > 1)) and (approval <> 'pending' or decided_by is null));
create index education_hours_by_id on education_hours (id);
create index education_hours_pending on education_hours (completed_on, id) where approval = 'pending' and known_to = 'infinity';

-- ─── conduct ───────────────────────────────────────────────────────────────────────────────────────────────────────────
-- the time the decision keeps the person out, half-open; without an end it is for good
alter table conduct_events
  add column period_from date check (period_from >= happened_on),
  add column period_to date,
  -- why this version takes the place of the one before
  add column reason text,
  add constraint conduct_events_period check (period_to is null or (period_from is not null and period_to > period_from));

-- ─── history ───────────────────────────────────────────────────────────────────────────────────────────────────────────
-- A plan made while the table was small reads all of it for every event: five thousand events took half a minute. The last one is
-- always found by its number.
alter function chain_history_event() set enable_seqscan = off;
