-- A hold follows a merge: the month that is held back under one record is not paid under the other. It stays on the record it was raised
-- for too, whose line may lie in a run that is not decided; an undone merge leaves it there alone.
create or replace view standing_holds as
  select h.id, h.scheme_code, own.person_id, h.month, h.component, h.run_id, h.cause, h.reason, h.held_by, h.held_at, h.replaces_id
  from line_holds h cross join lateral (
    select h.person_id
    union all select survivor_of(p.id) from people p where p.id = h.person_id and p.merged_into is not null) own
  where not exists (select from line_releases r where r.hold_id = h.id);
