-- What becomes of a certificate after it was issued: suspended, revoked by a decision on many, restored, its name corrected, continued,
-- and told of before it ends. Nothing of it changes the certificate: every step is a row, and a step found wrong is taken back by another.

-- ─── revocations, many by one decision, and their withdrawal ───────────────────────────────────────────────────────────
create table certificate_revocation_decisions (
  id uuid primary key default new_id(),
  -- the issuer whose certificates they are
  organisation_id uuid not null references organisations,
  reason_code text not null check (reason_code in ('fraud', 'issued_in_error', 'result_withdrawn')),
  reason text not null check (length(reason) > 1),
  -- the number of the paper it was decided in
  decision_reference text not null check (length(decision_reference) > 1),
  certificates integer not null check (certificates > 0),
  decided_by uuid,
  decided_at timestamptz not null default clock_timestamp()
);
create index certificate_revocation_decisions_by_organisation on certificate_revocation_decisions (organisation_id, id);
create trigger certificate_revocation_decisions_frozen before update or delete or truncate on certificate_revocation_decisions execute function refuse_change();

-- A certificate is revoked again only after the revocation before was withdrawn: so at most one stands.
alter table certificate_revocations
  drop constraint certificate_revocations_pkey,
  add column seq smallint not null default 0 check (seq >= 0),
  add column prior_seq smallint generated always as ((nullif(seq, 0) - 1)::smallint) stored,
  add column decision_id uuid references certificate_revocation_decisions,
  add constraint certificate_revocations_pkey primary key (certificate_id, seq);
create index certificate_revocations_by_decision on certificate_revocations (decision_id) where decision_id is not null;
-- a revocation that was found wrong: as if it had never been, and both stay to be seen
create table certificate_restorations (
  certificate_id uuid not null,
  seq smallint not null,
  reason text not null check (length(reason) > 1),
  decision_reference text not null check (length(decision_reference) > 1),
  restored_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  primary key (certificate_id, seq),
  foreign key (certificate_id, seq) references certificate_revocations
);
create trigger certificate_restorations_frozen before update or delete or truncate on certificate_restorations execute function refuse_change();
alter table certificate_revocations
  add constraint certificate_revocations_prior foreign key (certificate_id, prior_seq) references certificate_restorations (certificate_id, seq);

-- ─── suspensions, and their lifting ────────────────────────────────────────────────────────────────────────────────────
create table certificate_suspensions (
  certificate_id uuid not null references certificates,
  seq smallint not null default 0 check (seq >= 0),
  prior_seq smallint generated always as ((nullif(seq, 0) - 1)::smallint) stored,
  -- the first day on which it supports nothing
  from_on date not null,
  reason text not null check (length(reason) > 1),
  decision_reference text not null check (length(decision_reference) > 1),
  suspended_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  primary key (certificate_id, seq),
  unique (certificate_id, seq, from_on)
);
create trigger certificate_suspensions_frozen before update or delete or truncate on certificate_suspensions execute function refuse_change();
create table certificate_resumptions (
  certificate_id uuid not null,
  seq smallint not null,
  suspended_from date not null,
  -- the first day on which it counts again; the day it was suspended from, when it never should have been
  from_on date not null,
  reason text not null check (length(reason) > 1),
  decision_reference text not null check (length(decision_reference) > 1),
  resumed_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  primary key (certificate_id, seq),
  foreign key (certificate_id, seq, suspended_from) references certificate_suspensions (certificate_id, seq, from_on),
  check (from_on >= suspended_from)
);
create trigger certificate_resumptions_frozen before update or delete or truncate on certificate_resumptions execute function refuse_change();
alter table certificate_suspensions
  add constraint certificate_suspensions_prior foreign key (certificate_id, prior_seq) references certificate_resumptions (certificate_id, seq);

-- ─── continuing validity by continuing education ───────────────────────────────────────────────────────────────────────
create table continuation_rules (
  code text primary key,
  -- null: every occupation
  occupation_code text references occupations,
  kind text not null default 'skill_level' check (kind in ('skill_level', 'completion')),
  -- approved hours within so many months before the day they are counted; null: the duty was seen, the number was not
  hours smallint check (hours > 0),
  window_months smallint check (window_months > 0),
  extends_months smallint check (extends_months > 0),
  -- so many days before the end it may be continued
  opens_days smallint check (opens_days > 0),
  valid_from date,
  valid_to date check (valid_to > valid_from),
  citation text not null,
  sources text[] not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  -- what was not seen in a source is kept and decides nothing
  active boolean not null,
  check (not active or confidence in ('seen', 'confirmed') and num_nulls(hours, window_months, extends_months, opens_days) = 0),
  constraint continuation_rules_overlap exclude using gist (coalesce(occupation_code, '') with =, kind with =,
    daterange(valid_from, valid_to) with &&) where (active)
);
create table certificate_continuations (
  certificate_id uuid not null references certificates,
  -- from one end to the next
  prior_valid_until date not null,
  valid_until date not null,
  rule_code text not null references continuation_rules,
  hours integer not null check (hours > 0),
  counted_on date not null,
  reason text not null check (length(reason) > 1),
  decided_by uuid,
  known_from timestamptz not null default clock_timestamp(),
  primary key (certificate_id, prior_valid_until),
  unique (certificate_id, valid_until),
  check (valid_until > prior_valid_until)
);
create trigger certificate_continuations_frozen before update or delete or truncate on certificate_continuations execute function refuse_change();

-- ─── what stands now ───────────────────────────────────────────────────────────────────────────────────────────────────
create view standing_revocations as
  select r.* from certificate_revocations r
  where not exists (select from certificate_restorations w where w.certificate_id = r.certificate_id and w.seq = r.seq);
create view standing_suspensions as
  select s.* from certificate_suspensions s
  where not exists (select from certificate_resumptions r where r.certificate_id = s.certificate_id and r.seq = s.seq);
create view standing_continuations as
  select k.* from certificate_continuations k
  where not exists (select from certificate_continuations n where n.certificate_id = k.certificate_id and n.prior_valid_until >= k.valid_until);
-- days on which a certificate was suspended, by what is known now; a suspension that never should have been has none
create view suspended_days as
  select s.certificate_id, s.seq, s.from_on, r.from_on as to_on from certificate_suspensions s left join certificate_resumptions r using (certificate_id, seq)
  where r.from_on is null or r.from_on > s.from_on;
create function is_suspended(certificate uuid, day date) returns boolean language sql stable as $$
  select exists (select from suspended_days d where d.certificate_id = certificate and d.from_on <= day and (d.to_on is null or d.to_on > day))
$$;

-- ─── a corrected name ──────────────────────────────────────────────────────────────────────────────────────────────────
create table certificate_name_corrections (
  -- the new certificate, and the one it corrects
  certificate_id uuid primary key references certificates,
  replaced_id uuid not null unique references certificates,
  reason text not null check (length(reason) > 1),
  -- where the proof is: the file number, its hash
  evidence text not null check (length(evidence) > 1),
  corrected_by uuid,
  known_from timestamptz not null default clock_timestamp()
);
create trigger certificate_name_corrections_frozen before update or delete or truncate on certificate_name_corrections execute function refuse_change();

-- ─── reminders ─────────────────────────────────────────────────────────────────────────────────────────────────────────
create table certificate_reminder_days (
  days smallint primary key check (days > 0),
  citation text not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  active boolean not null
);
-- once for each end of each certificate; a certificate that is continued has a new end
create table certificate_reminders (
  certificate_id uuid not null references certificates,
  valid_until date not null,
  days smallint not null references certificate_reminder_days,
  at timestamptz not null,
  primary key (certificate_id, valid_until, days)
);
create trigger certificate_reminders_frozen before update or delete or truncate on certificate_reminders execute function refuse_change();
create index certificates_by_end on certificates (valid_until) where valid_until is not null;
create index certificate_continuations_by_end on certificate_continuations (valid_until);

-- work that is due once a day, whoever of the processes comes first; nobody asked for it
alter table jobs add column day date;
create unique index jobs_once_a_day on jobs (kind, day) where day is not null;

-- ─── what rests on a certificate ───────────────────────────────────────────────────────────────────────────────────────
create index promotions_by_certificate on promotions (from_certificate_id) where from_certificate_id is not null;
create index certificate_checks_by_answer on certificate_checks using gin (rows jsonb_path_ops);
