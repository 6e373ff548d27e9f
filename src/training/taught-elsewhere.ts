/** Whether a teacher is at another institution at the same time: the same person of the register, or the same name and certificate number. */
import { sql } from 'kysely'

/** `09:00–11:30` of the first such session, null where there is none; of `class_sessions` with its `teachers` and their `people`. */
export const taughtElsewhere = sql<string | null>`(
  select left(x.starts_at::text, 5) || '–' || left(x.ends_at::text, 5)
  from teachers t left join people p on p.id = t.person_id join class_sessions x on x.teacher_id = t.id
  where t.organisation_id <> teachers.organisation_id and x.held_on = class_sessions.held_on and not x.called_off and not class_sessions.called_off
    and x.starts_at < class_sessions.ends_at and x.ends_at > class_sessions.starts_at
    and (t.person_id = teachers.person_id or (coalesce(t.name, p.name) = coalesce(teachers.name, people.name) and exists (
      select from teacher_qualifications here join teacher_qualifications there on there.number = here.number
      where here.teacher_id = teachers.id and there.teacher_id = t.id and here.known_to = 'infinity' and there.known_to = 'infinity')))
  order by x.starts_at limit 1)`
