/** Reads of educations (schooling, 学历), as they are on record now or were at an instant. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Instant, knownAt } from './known.ts'
import { personInScope } from './roster.ts'

export type Education = Awaited<ReturnType<ReturnType<typeof educationRows>['execute']>>[number]

function educationRows(db: Db, known_at?: Instant) {
  return db
    .selectFrom('educations')
    .innerJoin('people', 'people.id', 'educations.person_id')
    .select([
      'educations.id',
      'educations.person_id',
      'people.name as person_name',
      'educations.level',
      'educations.school',
      'educations.major',
      'educations.mode',
      'educations.starts_on',
      'educations.graduated_on',
      'educations.certificate_number',
      'educations.evidence',
    ])
    .where(knownAt('educations', known_at))
}

/** The educations of a person whose page the caller was already allowed to see, the latest first. */
export async function educationsOf(db: Db, person_id: string, known_at?: Instant): Promise<Education[]> {
  return educationRows(db, known_at)
    .where('educations.person_id', '=', person_id)
    .orderBy('educations.graduated_on', (order) => order.desc().nullsFirst())
    .orderBy('educations.id')
    .execute()
}

/** Whether a person (`people` of the query) has educations on record: then they say what the highest level is, and nobody types it. */
export const educated: RawBuilder<boolean> = sql`exists (select from educations e where e.person_id = people.id and ${knownAt('e')})`

export async function getEducation(db: Db, scope: Scope, id: string): Promise<Education> {
  const row = await educationRows(db).where('educations.id', '=', id).where(personInScope(scope)).executeTakeFirst()
  return row ?? notFound({ zh: '学历记录', en: 'education' })
}
