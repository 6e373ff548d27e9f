-- Imports of any length. A file waits in sealed chunks of rows; it is checked and written chunk by chunk, each in one transaction.
-- What waited in the earlier form is cleared: nothing of it was in the register yet.
update imports set status = 'discarded' where status in ('checked', 'committing');
drop table import_rows;

alter table imports drop constraint imports_status_check;
alter table imports add constraint imports_status_check check (status in ('checking', 'checked', 'committing', 'committed', 'discarded'));
-- the headers as the file has them: the cells of the chunks stand in their order
alter table imports add column header text[] not null default '{}';
-- whose it is, where the account belongs to no organisation: finance imports what the bank answered
alter table imports add column district_code text references districts;

-- No foreign key to imports: chunks come first, while the file is still being received, and what a cut connection leaves is cleared by age.
create table import_chunks (
  import_id uuid not null,
  number integer not null check (number >= 0),
  first_row integer not null,
  row_count integer not null check (row_count > 0),
  -- rows by what writing them does; null until the chunk was checked
  counts jsonb,
  warnings integer not null default 0,
  written boolean not null default false,
  -- the rows with what is wrong with them, sealed as one text; what was written is taken out of it
  content text not null,
  created_at timestamptz not null default now(),
  primary key (import_id, number)
);
create index import_chunks_by_age on import_chunks (created_at);

-- What a row of a long file is about, as a hash salted with a secret of the program: finds a row said twice in different chunks.
create table import_keys (
  import_id uuid not null,
  key uuid not null,
  row_number integer not null,
  primary key (import_id, key)
);
