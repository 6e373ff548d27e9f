-- A district or a facility orders trained people; institutions answer; classes fill the order.

create table training_orders (
  id uuid primary key default new_id(),
  title text not null check (length(title) between 2 and 120),
  -- null: the division itself orders
  orderer_organisation_id uuid references organisations,
  district_code text not null,
  kind text not null check (kind in ('in_service', 'heads', 'skill_level', 'continuing_education')),
  occupation_code text references occupations,
  level smallint check (level between 1 and 5),
  people integer not null check (people between 1 and 100000),
  due_on date not null,
  -- what the orderer offers to those who are trained: a post, a wage, a contract
  promise text,
  ordered_by uuid not null,
  ordered_at timestamptz not null default clock_timestamp(),
  check (kind <> 'skill_level' or (occupation_code is not null and level is not null))
);
create index training_orders_by_district on training_orders (district_code text_pattern_ops, id);
create index training_orders_by_orderer on training_orders (orderer_organisation_id);
create trigger training_orders_frozen before update or delete or truncate on training_orders execute function refuse_change();

create table training_order_answers (
  id uuid primary key default new_id(),
  order_id uuid not null references training_orders,
  organisation_id uuid not null references organisations,
  people integer not null check (people > 0),
  price_fen bigint check (price_fen >= 0),
  starts_on date not null,
  note text,
  answered_by uuid not null,
  answered_at timestamptz not null default clock_timestamp(),
  unique (order_id, organisation_id)
);
create index training_order_answers_by_institution on training_order_answers (organisation_id);
create trigger training_order_answers_frozen before update or delete or truncate on training_order_answers execute function refuse_change();
create table training_order_decisions (
  answer_id uuid primary key references training_order_answers,
  accepted boolean not null,
  reason text not null check (length(reason) > 1),
  decided_by uuid not null,
  decided_at timestamptz not null default clock_timestamp()
);
create trigger training_order_decisions_frozen before update or delete or truncate on training_order_decisions execute function refuse_change();
create table training_order_closures (
  order_id uuid primary key references training_orders,
  reason text not null check (length(reason) > 1),
  closed_by uuid not null,
  closed_at timestamptz not null default clock_timestamp()
);
create trigger training_order_closures_frozen before update or delete or truncate on training_order_closures execute function refuse_change();

alter table classes add column training_order_id uuid references training_orders;
create index classes_by_order on classes (training_order_id);
