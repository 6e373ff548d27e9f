-- Layouts of certificates as versioned data, photos of people, and pictures of characters that no typeface has.

-- ─── layouts (版式) ─────────────────────────────────────────────────────────────────────────────────────────────────────
create table certificate_layouts (
  id uuid primary key default new_id(),
  kind text not null check (kind in ('skill_level', 'completion', 'award')),
  -- whose it is; null: everybody's
  organisation_id uuid references organisations,
  name text not null check (length(name) between 1 and 60),
  version integer not null check (version > 0),
  -- layouts that came with the program are printed under this name, all others under their sha256
  code text unique check (code ~ '^[a-z][a-z-]*-[0-9]+$'),
  -- JSON, to the byte: what a certificate was drawn with is found again for ever
  body text not null check (length(body) <= 65536),
  sha256 text not null check (sha256 = encode(sha256(convert_to(body, 'UTF8')), 'hex')),
  reason text not null check (length(reason) between 2 and 500),
  -- null: the program itself
  created_by uuid references accounts,
  known_from timestamptz not null default clock_timestamp(),
  constraint certificate_layouts_version unique nulls not distinct (organisation_id, kind, name, version),
  unique (id, kind)
);
create index certificate_layouts_by_sha256 on certificate_layouts (sha256);
create trigger certificate_layouts_frozen before update or delete or truncate on certificate_layouts execute function refuse_change();

-- Which layout certificates of a kind are printed in, by day of issue. A version without a row here is a draft.
create table certificate_layout_choices (
  id uuid primary key default new_id(),
  layout_id uuid not null,
  kind text not null,
  -- the issuer; null: every issuer that has chosen none of its own
  organisation_id uuid references organisations,
  valid_from date not null,
  reason text not null check (length(reason) between 2 and 500),
  chosen_by uuid references accounts,
  known_from timestamptz not null default clock_timestamp(),
  foreign key (layout_id, kind) references certificate_layouts (id, kind),
  constraint certificate_layout_choices_once unique nulls not distinct (layout_id, organisation_id, valid_from)
);
create index certificate_layout_choices_by_issuer on certificate_layout_choices (kind, organisation_id, valid_from);
create trigger certificate_layout_choices_frozen before update or delete or truncate on certificate_layout_choices execute function refuse_change();
create function guard_layout_choice() returns trigger language plpgsql as $$
begin
  if exists (select from certificate_layouts l where l.id = new.layout_id and l.organisation_id is not null and l.organisation_id is distinct from new.organisation_id) then
    raise exception 'an issuer prints in its own layouts and in everybody''s' using errcode = 'HY002', constraint = 'certificate_layout_choices_own';
  end if;
  return null;
end $$;
create trigger certificate_layout_choices_own after insert on certificate_layout_choices for each row execute function guard_layout_choice();

-- ─── photos (照片) ──────────────────────────────────────────────────────────────────────────────────────────────────────
-- The latest is the person's. A certificate names the photo it was printed with by sha256.
create table person_photos (
  id uuid primary key default new_id(),
  person_id uuid not null references people,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  -- the JPEG in base64, sealed; null once the person was erased
  photo_sealed text,
  bytes integer not null check (bytes between 1 and 512000),
  width smallint not null check (width > 0),
  height smallint not null check (height > 0),
  recorded_by uuid not null,
  known_from timestamptz not null default clock_timestamp()
);
create index person_photos_by_person on person_photos (person_id, known_from);
create index person_photos_by_sha256 on person_photos (sha256);
create trigger person_photos_of_nobody_merged after insert on person_photos referencing new table as added for each statement execute function guard_merged_person();
create trigger person_photos_erased after insert on person_photos referencing new table as added for each statement execute function refuse_erased();
-- A photo stays as it is: it follows the person in a merge, is sealed again under another key, and goes when the person is erased.
create function guard_person_photo() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or to_jsonb(old) - array['person_id', 'photo_sealed'] <> to_jsonb(new) - array['person_id', 'photo_sealed']
     or (old.photo_sealed is null and new.photo_sealed is not null) then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger person_photos_kept before update or delete on person_photos for each row execute function guard_person_photo();
create trigger person_photos_frozen before truncate on person_photos execute function refuse_change();

-- ─── glyph images (缺字图) ──────────────────────────────────────────────────────────────────────────────────────────────
create table glyph_images (
  id uuid primary key default new_id(),
  -- whose certificates it is printed on; null: everybody's
  organisation_id uuid references organisations,
  "character" text not null check (length("character") = 1),
  -- how the character is made up (⿰, ⿱ …), or in words
  description text not null check (length(description) between 1 and 200),
  -- a PNG in base64
  image text not null check (length(image) <= 400000),
  sha256 text not null check (sha256 = encode(sha256(decode(image, 'base64')), 'hex')),
  reason text not null check (length(reason) between 2 and 500),
  uploaded_by uuid not null references accounts,
  known_from timestamptz not null default clock_timestamp()
);
create index glyph_images_by_character on glyph_images ("character", known_from);
create index glyph_images_by_sha256 on glyph_images (sha256);
create trigger glyph_images_frozen before update or delete or truncate on glyph_images execute function refuse_change();
