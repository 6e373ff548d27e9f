-- Webhooks (事件推送): which address is told of which deeds, what waits to be sent, and every attempt. The history is where the deeds
-- come from: it is written in their transaction and numbered in the order of commits, so nothing is told that was not done.

create table webhooks (
  id uuid primary key default new_id(),
  -- of an organisation, or of a division: 000000 is everywhere
  organisation_id uuid references organisations,
  district_code text check (district_code ~ '^\d{6}$'),
  url text not null check (length(url) between 10 and 500),
  events text[] not null check (cardinality(events) > 0),
  revision integer not null default 1,
  -- later numbers of the history are told
  told_from bigint not null,
  disabled_at timestamptz,
  disabled_reason text,
  created_by uuid not null,
  created_at timestamptz not null,
  constraint webhooks_of_one check (num_nonnulls(organisation_id, district_code) = 1),
  constraint webhooks_disabled_with_reason check ((disabled_at is null) = (disabled_reason is null))
);
create index webhooks_by_organisation on webhooks (organisation_id) where organisation_id is not null;

create table webhook_secrets (
  id uuid primary key default new_id(),
  webhook_id uuid not null references webhooks,
  -- whsec_…, sealed by the vault
  secret_sealed text not null,
  made_at timestamptz not null,
  -- signs until then beside its successor; null: in use
  ends_at timestamptz
);
create unique index webhook_secrets_one_in_use on webhook_secrets (webhook_id) where ends_at is null;
create index webhook_secrets_by_webhook on webhook_secrets (webhook_id);

-- how far the history has been read for webhooks
create table webhook_outbox (
  one boolean primary key default true check (one),
  read_to bigint not null
);
insert into webhook_outbox (read_to) select coalesce(max(seq), 0) from history_events;

create table webhook_deliveries (
  -- the webhook-id of every attempt
  id uuid primary key default new_id(),
  webhook_id uuid not null references webhooks,
  -- of history_events; no foreign key, whose check would need a right to change the history that nobody has
  event_seq bigint not null,
  type text not null,
  status text not null default 'waiting' check (status in ('waiting', 'delivered', 'given_up')),
  -- attempts since it was made or replayed
  tries smallint not null default 0,
  -- not before; while an attempt is under way, when it counts as lost
  next_at timestamptz not null,
  created_at timestamptz not null,
  constraint webhook_deliveries_once unique (webhook_id, event_seq)
);
create index webhook_deliveries_waiting on webhook_deliveries (webhook_id, next_at) where status = 'waiting';
create index webhook_deliveries_latest on webhook_deliveries (webhook_id, id);
create index webhook_deliveries_by_age on webhook_deliveries (created_at);

create table webhook_attempts (
  delivery_id uuid not null references webhook_deliveries on delete cascade,
  at timestamptz not null,
  ms integer not null check (ms >= 0),
  -- what was answered, and its first characters; or why nothing was
  status smallint,
  answer text check (length(answer) <= 200),
  fault text check (fault in ('timeout', 'private_address', 'unreachable')),
  id uuid primary key default new_id(),
  constraint webhook_attempts_end check (num_nonnulls(status, fault) = 1)
);
create index webhook_attempts_by_delivery on webhook_attempts (delivery_id, id);
create trigger webhook_attempts_kept before update or truncate on webhook_attempts execute function refuse_change();
