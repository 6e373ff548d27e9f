-- A photo that should not be shown or printed any more: of somebody else, unfit, or because its person does not want it.

create table photo_withdrawals (
  photo_id uuid primary key references person_photos,
  reason text not null check (length(reason) between 2 and 500),
  withdrawn_by uuid not null references accounts,
  known_from timestamptz not null default clock_timestamp()
);
create trigger photo_withdrawals_frozen before update or delete or truncate on photo_withdrawals execute function refuse_change();

-- which certificates show a photo: it is kept for as long as one does
create index certificates_by_photo on certificates ((printed ->> 'photo_sha256')) where printed ->> 'photo_sha256' is not null;
