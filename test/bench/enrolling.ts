/** A class of 2,000 enrolled in one call, against one INSERT … SELECT of the same rows. */
import { sql } from 'kysely'
import { demoPerson } from '../../db/demo-people.ts'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { type Context, SYSTEM } from '../../src/platform/context.ts'
import { openPostgres } from '../../src/platform/database.ts'
import { openVault } from '../../src/platform/vault.ts'
import { openClass } from '../../src/training/actions.ts'
import { addCourse } from '../../src/training/courses.ts'
import { enrolPeople } from '../../src/training/enrolments.ts'

const PEOPLE = 2000
const ROUNDS = 5
/** 32 bytes of nothing */
const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='

export interface EnrollingBench {
  people: number
  enrol_seconds: number
  insert_seconds: number
  ratio: number
}

/** `url` is an empty database. */
export async function benchEnrolling(url: string): Promise<EnrollingBench> {
  const db = openPostgres(url, 2)
  try {
    await migrate(db)
    await loadReference(db)
    const { rows } = await sql<{ organisation_id: string; account_id: string }>`
      with o as (insert into organisations (name, kinds, district_code) values ('示例培训学校', '{training_institution}', '330106') returning id)
      insert into accounts (username, display_name, password_hash, role, organisation_id) select 'trainer', '示例', 'x', 'trainer', id from o
      returning organisation_id, id as account_id`.execute(db)
    const { organisation_id, account_id } = rows[0]!
    const context: Context = {
      actor: { ...SYSTEM, account_id, role: 'trainer', organisation_id, organisation_name: '示例培训学校' },
      scope: { kind: 'organisation', organisation_id },
      now: new Date('2026-11-23T02:00:00Z'),
      request_id: 'bench',
      vault: await openVault(KEY),
      assets: async () => new Uint8Array(),
      public_url: 'http://127.0.0.1:3000',
    }
    const people = await db.transaction().execute((tx) =>
      registerPeople(
        tx,
        context,
        Array.from({ length: PEOPLE }, (_, at) => {
          const { name, id_number } = demoPerson(at)
          return { name, id_type: 'resident_id' as const, id_number, workforce: 'elder_care' as const }
        }),
      ),
    )
    const ids = people.map(({ id }) => id)
    const course = await db.transaction().execute((tx) =>
      addCourse(tx, context, {
        ...{ name: '短训', kind: 'in_service', theory_hours: 4, practice_hours: 4, attendance_percent: 80 },
      }),
    )
    const open = (day: number) =>
      db.transaction().execute((tx) =>
        openClass(tx, context, {
          ...{ course_id: course.id, name: `第 ${day} 期`, capacity: PEOPLE },
          ...{
            starts_on: `2027-01-${String(day).padStart(2, '0')}`,
            ends_on: `2027-01-${String(day + 1).padStart(2, '0')}`,
          },
        }),
      )
    await sql`analyze`.execute(db)
    const [enrols, inserts]: [number[], number[]] = [[], []]
    for (let round = 0; round <= ROUNDS; round++) {
      const [group, bare] = [await open(2 * round + 1), await open(2 * round + 2)]
      const timed = async (work: () => Promise<unknown>) => {
        const started = performance.now()
        await work()
        return (performance.now() - started) / 1000
      }
      const enrolled = await timed(() => db.transaction().execute((tx) => enrolPeople(tx, context, group.id, ids)))
      const inserted = await timed(() =>
        sql`insert into enrolments (class_id, person_id) select ${bare.id}::uuid, id from people where id = any (${`{${ids}}`}::uuid[])`.execute(
          db,
        ),
      )
      // the first round only warms up
      if (round > 0) enrols.push(enrolled)
      if (round > 0) inserts.push(inserted)
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[2]!
    const [enrol_seconds, insert_seconds] = [median(enrols), median(inserts)]
    return { people: PEOPLE, enrol_seconds, insert_seconds, ratio: enrol_seconds / insert_seconds }
  } finally {
    await db.destroy()
  }
}
