-- Pay linked to level (等级与薪酬挂钩): what a division recommends, what a facility promises, and the bands it really pays.

-- ─── guidance (指导薪级) ────────────────────────────────────────────────────────────────────────────────────────────────
-- A later one takes the place of an earlier one from its day on; a correction is a further row for the same day.
create table pay_guidances (
  id uuid primary key default new_id(),
  division_code text not null references districts,
  occupation_code text not null references occupations,
  effective_from date not null,
  citation text not null check (length(citation) between 2 and 200),
  recorded_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp()
);
create index pay_guidances_by_division on pay_guidances (occupation_code, division_code, effective_from);
create table pay_guidance_steps (
  guidance_id uuid not null references pay_guidances,
  level smallint not null check (level between 1 and 5),
  -- a month, before deductions
  low_fen integer not null check (low_fen > 0),
  high_fen integer not null,
  primary key (guidance_id, level),
  constraint pay_guidance_steps_range check (high_fen >= low_fen)
);
create trigger pay_guidances_frozen before update or delete or truncate on pay_guidances execute function refuse_change();
create trigger pay_guidance_steps_frozen before update or delete or truncate on pay_guidance_steps execute function refuse_change();

-- ─── what a facility promises (等级薪酬表) ──────────────────────────────────────────────────────────────────────────────
create table pay_ladders (
  id uuid primary key default new_id(),
  organisation_id uuid not null references organisations,
  occupation_code text not null references occupations,
  effective_from date not null,
  -- every level is promised more than the one below, and there are two at least
  linked boolean not null,
  reason text not null check (length(reason) between 2 and 500),
  recorded_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp()
);
create index pay_ladders_by_organisation on pay_ladders (organisation_id, occupation_code, effective_from);
create table pay_ladder_steps (
  ladder_id uuid not null references pay_ladders,
  level smallint not null check (level between 1 and 5),
  monthly_fen integer not null check (monthly_fen > 0),
  primary key (ladder_id, level)
);
create trigger pay_ladders_frozen before update or delete or truncate on pay_ladders execute function refuse_change();
create trigger pay_ladder_steps_frozen before update or delete or truncate on pay_ladder_steps execute function refuse_change();

-- ─── what it really pays (实发区间) ─────────────────────────────────────────────────────────────────────────────────────
-- Bands of 500 yuan, never the wage of a person: every wage of the level lies from low_fen to below high_fen.
create table pay_bands (
  organisation_id uuid not null references organisations,
  occupation_code text not null references occupations,
  month date not null check (extract(day from month) = 1),
  level smallint not null check (level between 1 and 5),
  people integer not null check (people > 0),
  low_fen integer not null check (low_fen >= 0 and low_fen % 50000 = 0),
  high_fen integer not null check (high_fen % 50000 = 0),
  -- why it takes the place of the version before
  reason text check (length(reason) between 2 and 500),
  recorded_by uuid not null,
  known_from timestamptz not null default clock_timestamp(),
  known_to timestamptz not null default 'infinity' check (known_to > known_from),
  primary key (organisation_id, month, occupation_code, level, known_from),
  constraint pay_bands_range check (high_fen > low_fen)
);
create unique index pay_bands_current on pay_bands (organisation_id, month, occupation_code, level) where known_to = 'infinity';
create trigger pay_bands_kept before update or delete on pay_bands for each row execute function only_known_to();
create trigger pay_bands_frozen before truncate on pay_bands execute function refuse_change();
