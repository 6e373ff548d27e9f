-- Bitstring Status Lists (W3C): whether a credential still counts, published without saying whose it is.

create table status_lists (
  -- published under two numbers: 2 × id - 1 the revocations, 2 × id the suspensions
  id integer primary key generated always as identity check (id > 0),
  organisation_id uuid not null references organisations,
  -- places taken; three quarters of the 131,072 at most, so that a random one that is free is found at once
  taken integer not null default 0 check (taken between 0 and 98304),
  opened_at timestamptz not null default clock_timestamp()
);
-- one list of an issuer is being filled
create unique index status_lists_open on status_lists (organisation_id) where taken < 98304;
create index status_lists_by_organisation on status_lists (organisation_id);

-- A list is never emptied or given away: what was signed points at it.
create function guard_status_list() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or to_jsonb(old) - 'taken' <> to_jsonb(new) - 'taken' or new.taken < old.taken then
    raise exception '% only fills: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger status_lists_kept before update or delete on status_lists for each row execute function guard_status_list();
create trigger status_lists_frozen before truncate on status_lists execute function refuse_change();

-- A place is drawn by chance, once, before what it stands for is signed.
create table status_places (
  list_id integer not null references status_lists,
  index integer not null check (index between 0 and 131071),
  primary key (list_id, index)
);
create trigger status_places_frozen before update or delete or truncate on status_places execute function refuse_change();
alter table certificate_proofs add foreign key (status_list_id, status_index) references status_places;
