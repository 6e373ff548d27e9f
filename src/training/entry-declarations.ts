/** What institutions declare about people that the register cannot know: work before it, an apprenticeship, a diploma, a title. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { personInScope } from '../people/roster.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import type { Declaration, NewDeclaration } from './entry-shapes.ts'
import { listOccupations } from './queries.ts'

const DECLARATION = { zh: '声明', en: 'declaration' }

/** What is declared about a person within the scope, the earliest day first. */
export async function listDeclarations(db: Db, scope: Scope, person_id: string): Promise<Declaration[]> {
  return declarations(db, scope).where('d.person_id', '=', person_id).execute()
}

export async function getDeclaration(db: Db, scope: Scope, id: string): Promise<Declaration & { person_name: string }> {
  const row = await declarations(db, scope)
    .select('people.name as person_name')
    .where('d.id', '=', id)
    .executeTakeFirst()
  return row ?? notFound(DECLARATION)
}

function declarations(db: Db, scope: Scope) {
  return db
    .selectFrom('entry_declarations as d')
    .innerJoin('people', 'people.id', 'd.person_id')
    .innerJoin('occupations', 'occupations.code', 'd.occupation_code')
    .innerJoin('organisations', 'organisations.id', 'd.organisation_id')
    .select([
      ...([
        'd.id',
        'd.person_id',
        'd.occupation_code',
        'd.from_on',
        'd.to_on',
        'd.evidence',
        'd.organisation_id',
      ] as const),
      sql<Declaration['kind']>`d.kind`.as('kind'),
      'd.known_from',
      'occupations.name as occupation_name',
      'organisations.name as organisation_name',
    ])
    .where('d.known_to', '=', sql<Date>`'infinity'`)
    .where(personInScope(scope))
    .orderBy('d.from_on')
    .orderBy('d.id')
}

/**
 * Declares something about a person on the actor's roster, with its evidence. Faults `declaration.occupation_unknown`,
 * `declaration.future`, `declaration.days_missing`, `declaration.days_reversed`, `declaration.days_unused`; 409 `declaration.twice`.
 */
export async function declareEntry(
  tx: Tx,
  context: Context,
  person_id: string,
  input: NewDeclaration,
): Promise<Declaration> {
  await lockFacts(tx)
  const person = await tx
    .selectFrom('people')
    .select('id')
    .where('id', '=', person_id)
    .where('erased_at', 'is', null)
    .where(personInScope(context.scope))
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!person) notFound({ zh: '人员', en: 'person' })
  const occupations = await listOccupations(tx)
  refuseFaults([
    ...(occupations.some(({ code }) => code === input.occupation_code) ? [] : [UNKNOWN_OCCUPATION]),
    ...dayFaults(input, localDate(context.now)),
  ])
  const before = await listDeclarations(tx, context.scope, person_id)
  const same = ({ kind, occupation_code, from_on }: NewDeclaration | Declaration) =>
    `${kind} ${occupation_code} ${from_on}`
  if (before.some((one) => same(one) === same(input)))
    refuse('conflict', 'declaration.twice', {
      zh: '同一事项、同一日期已经声明过；内容有误的，请先撤回原声明。',
      en: 'This is declared with the same day already; withdraw that declaration first if it is wrong.',
    })
  const { organisation_id, account_id } = context.actor
  const { id } = await tx
    .insertInto('entry_declarations')
    .values({
      ...input,
      to_on: input.to_on ?? null,
      person_id,
      organisation_id: organisation_id!,
      recorded_by: account_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { evidence: _, ...told } = input
  await recordHistory(tx, context, {
    kind: 'entry_declaration.recorded',
    subject_kind: 'person',
    subject_id: person_id,
    changes: { declaration_id: id, ...told },
  })
  return getDeclaration(tx, context.scope, id)
}

const UNKNOWN_OCCUPATION = faultAt(
  '/occupation_code',
  'declaration.occupation_unknown',
  '没有这个职业，请从列表中选择。',
  'There is no such occupation; choose one from the list.',
)

function dayFaults({ kind, from_on, to_on }: NewDeclaration, today: string): Fault[] {
  const faults: Fault[] = []
  if (from_on > today)
    faults.push(
      faultAt(
        '/from_on',
        'declaration.future',
        `日期 ${from_on} 还没有到，今天是 ${today}。`,
        `The day ${from_on} lies after today, ${today}.`,
      ),
    )
  if (kind === 'experience' && !to_on)
    faults.push(
      faultAt(
        '/to_on',
        'declaration.days_missing',
        '从业经历要写明结束日期；现在的任职请由任职机构登记。',
        'Work needs its end; a present post is recorded by the employer.',
      ),
    )
  if (kind === 'experience' && to_on && to_on <= from_on)
    faults.push(
      faultAt('/to_on', 'declaration.days_reversed', '结束日期应晚于开始日期。', 'The end must be after the start.'),
    )
  if (kind !== 'experience' && to_on)
    faults.push(
      faultAt('/to_on', 'declaration.days_unused', '只有从业经历才填结束日期，请留空。', 'Only work has an end.'),
    )
  return faults
}

/** Takes a declaration back that proved wrong: from now on it counts for nothing. Answers it as it was. */
export async function withdrawDeclaration(tx: Tx, context: Context, id: string, reason: string): Promise<Declaration> {
  await lockFacts(tx)
  await sql`select from entry_declarations where id = ${id}::uuid and known_to = 'infinity' for update`.execute(tx)
  const { person_name: _, ...known } = await getDeclaration(tx, context.scope, id)
  await sql`update entry_declarations set known_to = clock_timestamp() where id = ${id}::uuid and known_to = 'infinity'`.execute(
    tx,
  )
  await recordHistory(tx, context, {
    kind: 'entry_declaration.withdrawn',
    subject_kind: 'person',
    subject_id: known.person_id,
    reason,
    changes: { declaration_id: id, kind: known.kind },
  })
  return known
}
