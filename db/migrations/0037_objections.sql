-- Objections to a month (对津贴月份的异议): who asks about which month, until when, and what the authority answers.

-- How long one may ask after a month was approved; a change is a new row.
create table objection_terms (
  effective_from date primary key,
  days smallint not null check (days between 1 and 365),
  citation text not null,
  confidence text not null check (confidence in ('seen', 'confirmed', 'recalled', 'inferred', 'unknown'))
);
insert into objection_terms (effective_from, days, citation, confidence)
  values ('2024-01-01', 60, '参照《行政复议法》（2023 修订）第二十条：自知道行政行为之日起六十日内', 'inferred');
create trigger objection_terms_frozen before update or delete or truncate on objection_terms execute function refuse_change();

create table allowance_objections (
  id uuid primary key default new_id(),
  person_id uuid not null references people,
  scheme_code text not null references schemes,
  month date not null check (extract(day from month) = 1),
  -- how many were filed about the month before; two at once cannot both be the next
  seq smallint not null check (seq >= 0),
  -- whose authority answers
  district_code text not null references districts,
  statement text not null check (length(statement) between 5 and 1000),
  -- the same on the published list, whose approval waits for the answer; null: it stands by itself
  publicity_objection_id uuid unique references publicity_objections,
  filed_by uuid not null,
  filed_at timestamptz not null,
  constraint allowance_objections_once unique (person_id, scheme_code, month, seq)
);
create index allowance_objections_by_district on allowance_objections (district_code, filed_at);
create table allowance_objection_answers (
  objection_id uuid primary key references allowance_objections,
  upheld boolean not null,
  answer text not null check (length(answer) between 2 and 1000),
  answered_by uuid not null,
  answered_at timestamptz not null
);
-- An objection says what it said; it follows the person in a merge.
create function guard_allowance_objection() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or to_jsonb(old) - 'person_id' <> to_jsonb(new) - 'person_id' then
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'HY001';
  end if;
  return new;
end $$;
create trigger allowance_objections_kept before update or delete on allowance_objections for each row execute function guard_allowance_objection();
create trigger allowance_objections_frozen before truncate on allowance_objections execute function refuse_change();
create trigger allowance_objections_of_nobody_merged after insert on allowance_objections referencing new table as added for each statement execute function guard_merged_person();
create trigger allowance_objection_answers_frozen before update or delete or truncate on allowance_objection_answers execute function refuse_change();

-- What was asked and answered, wherever the answer stands.
create view answered_objections as
  select o.*, coalesce(a.upheld, p.upheld) as upheld, coalesce(a.answer, p.answer) as answer, coalesce(a.answered_by, p.answered_by) as answered_by,
    coalesce(a.answered_at, p.answered_at) as answered_at
  from allowance_objections o left join allowance_objection_answers a on a.objection_id = o.id
    left join publicity_answers p on p.objection_id = o.publicity_objection_id;

-- Whoever objects to a published list says who they are in words: nobody has an account there.
alter table publicity_objections drop column filed_by;
