-- Who finds no seat in a class waits in the order of asking, and moves up when one is free; no class has more people than seats.

alter table classes drop constraint classes_capacity_check;
alter table classes add constraint classes_capacity_check check (capacity between 1 and 5000);

alter table enrolments drop constraint enrolments_status_check;
alter table enrolments
  add constraint enrolments_status_check check (status in ('waiting', 'enrolled', 'withdrawn', 'completed', 'failed')),
  -- the place in the order of asking; kept when somebody moves up, so that the order can be told afterwards
  add column waiting_number integer check (waiting_number > 0),
  add constraint enrolments_waiting_have_a_number check (status <> 'waiting' or waiting_number is not null),
  add constraint enrolments_waiting_number_key unique (class_id, waiting_number);

create function guard_seats(class uuid) returns void language plpgsql as $$
begin
  if (select count(*) from enrolments e join people p on p.id = e.person_id where e.class_id = class and e.status = 'enrolled' and p.merged_into is null)
    > (select capacity from classes where id = class) then
    raise exception 'the class has more people than seats' using errcode = '23514', constraint = 'enrolments_seats';
  end if;
end $$;
create function guard_seats_of_added() returns trigger language plpgsql as $$
begin
  perform guard_seats(c.class_id) from (select distinct class_id from added where status = 'enrolled') c;
  return null;
end $$;
create function guard_seats_of_changed() returns trigger language plpgsql as $$
begin
  perform guard_seats(new.class_id);
  return null;
end $$;
create trigger enrolments_seats after insert on enrolments referencing new table as added for each statement execute function guard_seats_of_added();
create trigger enrolments_seats_changed after update of status on enrolments for each row when (new.status = 'enrolled') execute function guard_seats_of_changed();
