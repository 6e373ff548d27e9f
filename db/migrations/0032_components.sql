-- A version of a scheme is a list of components: what each is, goes by and leaves open. Lines and the ledger say of which they are.
alter table scheme_versions alter column effective_from drop not null;
comment on column scheme_versions.effective_from is 'null: nobody has seen when it began; such a version computes nothing';

create table scheme_components (
  version_id uuid not null references scheme_versions,
  position smallint not null check (position >= 0),
  code text not null check (code ~ '^[a-z][a-z0-9_]{1,30}$'),
  kind text not null check (kind in ('monthly_by_level', 'monthly_by_tenure', 'one_off_by_level', 'one_off_by_tenure', 'addon_by_level',
    'entry_bonus', 'contest_award', 'training_subsidy', 'provider_training_subsidy', 'facility_award')),
  title text not null,
  title_en text not null,
  -- how years are counted, instalments, differences, groups: what its kind asks for
  settings jsonb not null default '{}',
  -- what no source tells, in words; while there is any, the component computes nothing
  unknown jsonb not null default '[]' check (jsonb_typeof(unknown) = 'array'),
  citation text not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed')),
  primary key (version_id, code),
  unique (version_id, position)
);
insert into scheme_components (version_id, position, code, kind, title, title_en, citation, confidence)
  select id, 0, 'monthly', 'monthly_by_level', '月津贴', 'Monthly allowance', citation, confidence from scheme_versions;

-- null: asked of every component
alter table scheme_conditions add component text, add foreign key (version_id, component) references scheme_components;

alter table scheme_rates
  add component text not null default 'monthly',
  -- instead of a national level: a step of the scheme's own ladder, an education, the tier and prize of a contest; or a band of years
  add key text,
  add min_years smallint check (min_years >= 0),
  add below_years smallint check (below_years > min_years),
  alter column level drop not null,
  alter column amount_fen drop not null,
  add foreign key (version_id, component) references scheme_components,
  add constraint scheme_rates_one_key check (num_nonnulls(level, key, min_years) <= 1),
  add constraint scheme_rates_unknown check (amount_fen is not null or confidence = 'unknown');
drop index scheme_rates_usable;
create unique index scheme_rates_usable on scheme_rates (version_id, component, level, key, min_years, facility_kind, district_code)
  nulls not distinct where confidence in ('seen', 'confirmed');

-- one line a person, month and component
alter table allowance_ledger
  drop constraint allowance_ledger_run_id_person_id_month_fkey,
  drop constraint allowance_ledger_person_id_scheme_code_month_prev_seq_prev_fkey;
alter table allowance_lines
  add component text not null default 'monthly',
  drop constraint allowance_lines_pkey,
  add primary key (run_id, person_id, month, component);
-- and one chain a person, scheme, month and component
alter table allowance_ledger
  add component text not null default 'monthly',
  drop constraint allowance_ledger_pkey,
  drop constraint allowance_ledger_person_id_scheme_code_month_seq_entitlemen_key,
  add primary key (person_id, scheme_code, month, component, seq),
  add unique (person_id, scheme_code, month, component, seq, entitlement_fen),
  add foreign key (run_id, person_id, month, component) references allowance_lines,
  add foreign key (person_id, scheme_code, month, component, prev_seq, prev_fen)
    references allowance_ledger (person_id, scheme_code, month, component, seq, entitlement_fen);
