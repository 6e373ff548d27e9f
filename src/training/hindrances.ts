/** What keeps people out of a class whoever enrols them: another class on the same days or for the same level, a level they have. */
import { sql } from 'kysely'
import { asArray } from '../people/bulk.ts'
import { endsAfter } from '../people/certificate-standing.ts'
import { LEVELS } from '../people/rules.ts'
import { daysOf, type LocalDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import type { LockedClass } from './actions.ts'
import { foundInRegister } from './entry-facts.ts'
import { awardsLevel } from './rules.ts'

/** By person, the words about another open class on the same days; another trainer's class is not named. */
export async function clashesOf(
  db: Db,
  group: Pick<LockedClass, 'id' | 'organisation_id' | 'starts_on' | 'ends_on'>,
  personIds: string[],
): Promise<Map<string, Message>> {
  const rows = await db
    .selectFrom('enrolments')
    .innerJoin('classes', 'classes.id', 'enrolments.class_id')
    .innerJoin('people', 'people.id', 'enrolments.person_id')
    .select([
      'people.id',
      'people.name',
      'classes.name as class_name',
      'classes.starts_on',
      'classes.ends_on',
      'classes.organisation_id',
    ])
    .where(ofThese(personIds))
    .where('enrolments.status', '=', 'enrolled')
    .where('classes.status', '=', 'open')
    .where('classes.id', '<>', group.id)
    .where('classes.starts_on', '<', group.ends_on)
    .where('classes.ends_on', '>', group.starts_on)
    .execute()
  return new Map(
    rows.map((row) => {
      const own = row.organisation_id === group.organisation_id
      const days = daysOf(row)
      return [
        row.id,
        {
          zh: `${row.name}在同一时间已参加${own ? `培训班“${row.class_name}”` : '其他机构的培训班'}（${days}），请等其结束或先退班。`,
          en: `${row.name} is in ${own ? `the class "${row.class_name}"` : 'a class of another institution'} on the same days (${days}).`,
        },
      ]
    }),
  )
}

/** By person, the words about a certificate of the class's level or a higher one that stands today; one of another body once it was found. */
export async function levelsHeld(
  db: Db,
  group: Pick<LockedClass, 'kind' | 'level' | 'occupation_code'>,
  personIds: string[],
  today: LocalDate,
): Promise<Map<string, Message>> {
  if (!awardsLevel(group)) return new Map()
  const { rows } = await sql<{ id: string; name: string; number: string; level: number; occupation_name: string }>`
    select p.id, p.name, c.number, c.level, c.occupation_name from people p join (
      select person_id, number, level, occupation_name, occupation_code from certificates c
      where kind = 'skill_level' and ${endsAfter(today)} and not exists (
        select from standing_revocations v where v.certificate_id = c.id and v.effective_on <= ${today}::date)
      union all
      select person_id, number, level, occupation_name, occupation_code from external_certificates c
      where known_to = 'infinity' and (valid_until is null or valid_until > ${today}::date) and ${foundInRegister('c')}
    ) c on c.person_id = p.id
    where p.id = any (${asArray(personIds)}::uuid[]) and c.occupation_code = ${group.occupation_code} and c.level <= ${group.level}`.execute(
    db,
  )
  return new Map(
    rows.map((row) => {
      const level = LEVELS[row.level]!
      return [
        row.id,
        {
          zh: `${row.name}已有${row.occupation_name}${level.zh}证书（${row.number}），不需要参加同级或更低级的培训。`,
          en: `${row.name} already holds certificate ${row.number} (${row.occupation_name}, ${level.en}) of the same or a higher level.`,
        },
      ]
    }),
  )
}

function ofThese(personIds: string[]) {
  // one text instead of thousands of parameters
  return sql<boolean>`enrolments.person_id = any (${asArray(personIds)}::uuid[])`
}
