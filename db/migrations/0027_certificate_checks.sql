-- Checks of certificates: why a roster was checked and by whom a holder's certificates were, the signed report, names kept for as long as
-- it takes; and how old a look-up in an official register may grow before it is made again.

-- counters that mean nothing after a crash: written without the log
alter table rate_limits set unlogged;

alter table certificate_checks
  -- what a roster was checked for; those made before anybody asked, and callers that say nothing, have not said
  add column purpose text not null default 'not_stated'
    check (purpose in ('hiring', 'periodic', 'allowance', 'qualification', 'complaint', 'not_stated')),
  -- the report as a JWS, signed once and kept as long as the names in it
  add column report text,
  add column key_id text references signing_keys,
  add column names_erased_at timestamptz,
  add check (report is null or (key_id is not null and names_erased_at is null));
create index certificate_checks_with_names on certificate_checks (created_at) where names_erased_at is null;

-- what was asked and answered stays; only the typed names go
create function guard_certificate_check() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or old.names_erased_at is not null or new.names_erased_at is null
    or to_jsonb(old) - '{rows,report,names_erased_at}'::text[] <> to_jsonb(new) - '{rows,report,names_erased_at}'::text[]
    or new.rows <> (select coalesce(jsonb_agg(r - 'name' order by at), '[]') from jsonb_array_elements(old.rows) with ordinality as all_rows (r, at)) then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger certificate_checks_kept before update or delete on certificate_checks for each row execute function guard_certificate_check();
create trigger certificate_checks_frozen before truncate on certificate_checks execute function refuse_change();

-- the certificates that were asked about, so that their holders can see by whom; no name stands here
create table certificate_check_rows (
  check_id uuid not null references certificate_checks,
  certificate_id uuid not null references certificates,
  status text not null check (status in ('valid', 'expired', 'suspended', 'revoked', 'replaced', 'name_mismatch')),
  primary key (certificate_id, check_id)
);
create trigger certificate_check_rows_frozen before update or delete or truncate on certificate_check_rows execute function refuse_change();

update retention_rules set keep_days = 90, active = true, confidence = 'confirmed',
    what = '核验名册的问与答中的姓名', what_en = 'Names in roster checks',
    citation = '本系统自定：留 90 天供取用签名报告，此后只留证书编号与结果'
  where code = 'roster-checks' and not active;

-- after so many months a finding is due again
create table recheck_rules (
  code text primary key,
  -- certificates issued elsewhere, or here
  issued text not null check (issued in ('elsewhere', 'here')),
  -- null: every official register
  registry text check (registry in ('osta', 'zheli_kangyang', 'yong_yi_yang')),
  months smallint not null check (months > 0),
  citation text not null,
  sources text[] not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  -- what nobody has confirmed is kept and decides nothing
  active boolean not null,
  check (not active or confidence in ('seen', 'confirmed'))
);
create unique index recheck_rules_one on recheck_rules (issued, coalesce(registry, '')) where active;

-- whether a finding of that day is due again
create function is_recheck_due(issued_where text, in_registry text, checked_on date, today date) returns boolean language sql stable as $$
  select coalesce((
    select checked_on + make_interval(months => r.months) <= today from recheck_rules r
    where r.active and r.issued = issued_where and (r.registry is null or r.registry = in_registry)
    order by r.registry nulls last limit 1), false)
$$;
