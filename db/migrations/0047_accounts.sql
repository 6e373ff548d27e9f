-- What becomes of an account: disabled and enabled, unlocked, its password reset, who it is at the city's own sign-in, and when it was used.

alter table accounts
  add column last_sign_in_at timestamptz,
  add column last_sign_in_by text check (last_sign_in_by in ('password', 'oidc')),
  -- since then the password is one that an administrator gave out: until it is changed, nothing else can be done
  add column password_reset_at timestamptz,
  add check ((last_sign_in_at is null) = (last_sign_in_by is null));
update accounts set last_sign_in_at = last.at, last_sign_in_by = 'password'
  from (select account_id, max(created_at) as at from sessions group by 1) last where last.account_id = accounts.id;

create table account_decisions (
  id uuid primary key default new_id(),
  account_id uuid not null references accounts,
  kind text not null check (kind in ('disabled', 'enabled', 'unlocked', 'password_reset', 'moved')),
  reason text not null check (length(reason) between 2 and 500),
  -- no foreign key: the program itself decides too
  decided_by uuid not null,
  decided_at timestamptz not null
);
create index account_decisions_by_account on account_decisions (account_id, decided_at desc);
create trigger account_decisions_frozen before update or delete or truncate on account_decisions execute function refuse_change();

-- role and place say what an account may see, and nothing in the program changes them; whoever does it in the database leaves a trace
create function note_account_moved() returns trigger language plpgsql as $$
begin
  insert into account_decisions (account_id, kind, reason, decided_by, decided_at)
  values (new.id, 'moved', concat_ws(' ', old.username, old.role, old.organisation_id, old.district_code, '→',
    new.username, new.role, new.organisation_id, new.district_code), '00000000-0000-7000-8000-000000000000', clock_timestamp());
  return null;
end $$;
create trigger accounts_moved after update on accounts for each row
  when ((old.username, old.role, old.organisation_id, old.district_code) is distinct from (new.username, new.role, new.organisation_id, new.district_code))
  execute function note_account_moved();

-- whom another system means by a subject; one that is withdrawn can be linked again, also to another account
create table account_identities (
  id uuid primary key default new_id(),
  account_id uuid not null references accounts,
  issuer text not null,
  subject text not null check (length(subject) between 1 and 255),
  reason text not null check (length(reason) between 2 and 500),
  linked_by uuid not null,
  linked_at timestamptz not null,
  withdrawal_reason text check (length(withdrawal_reason) between 2 and 500),
  withdrawn_by uuid,
  withdrawn_at timestamptz check (withdrawn_at >= linked_at),
  check (num_nulls(withdrawal_reason, withdrawn_by, withdrawn_at) in (0, 3))
);
create unique index account_identities_linked on account_identities (issuer, subject) where withdrawn_at is null;
create index account_identities_by_account on account_identities (account_id);

-- numbers of the rules about accounts: reference data, like other numbers nobody wrote into a program
create table account_rules (
  code text primary key check (code in ('unused_days')),
  value integer not null check (value > 0),
  citation text not null,
  sources text[] not null,
  confidence text not null check (confidence in ('seen', 'recalled', 'inferred', 'unknown', 'confirmed'))
);

create index accounts_by_organisation on accounts (organisation_id);
create index accounts_by_person on accounts (person_id);
