/** Rows that name a person of the register by name and document, and say something about them. */

import type { RowCheck } from '../../people/bulk.ts'
import { checkIdentity, checkName, type IdType, maskIdNumber, maskName } from '../../people/identity.ts'
import { findPeopleByDocument, type KnownPerson } from '../../people/queries.ts'
import { ID_TYPES } from '../../people/rules.ts'
import type { Context } from '../../platform/context.ts'
import type { Db } from '../../platform/database.ts'
import type { Fault, Message } from '../../platform/errors.ts'
import type { ImportColumn, RowToCheck, RowVerdict, Values } from '../rules.ts'

export const NAME: ImportColumn = {
  key: 'name',
  header: '姓名',
  required: true,
  type: 'text',
  note: '与证件一致；少数民族姓名用间隔号“·”',
  sample: '王小芳',
}
export const ID_TYPE: ImportColumn = {
  key: 'id_type',
  header: '证件类型',
  type: 'choice',
  choices: ID_TYPES,
  note: '不填即为居民身份证',
  sample: '居民身份证',
}
export const ID_NUMBER: ImportColumn = {
  key: 'id_number',
  header: '证件号码',
  required: true,
  type: 'digits',
  note: '单元格须为文本格式，否则末几位会丢失',
  sample: '109901197203150228',
  mask: maskIdNumber,
}
export const REMARK: ImportColumn = {
  key: 'remark',
  header: '备注',
  type: 'text',
  range: [1, 1000],
  note: '供填表人使用，不导入',
  sample: '',
}

/** Whom a row is about, or null where the number cannot be right. */
export function documentKey(values: Values): string | null {
  const { id_type, identity } = documentOf(values)
  return identity.ok ? `${id_type}:${identity.id_number}` : null
}

interface Document {
  id_type: IdType
  identity: ReturnType<typeof checkIdentity>
}

/** Of values that were asked for their key already. */
const DOCUMENTS = new WeakMap<Values, Document>()

function documentOf(values: Values): Document {
  let document = DOCUMENTS.get(values)
  if (!document) {
    const id_type = (values.id_type ?? 'resident_id') as IdType
    document = { id_type, identity: checkIdentity(id_type, String(values.id_number ?? '')) }
    DOCUMENTS.set(values, document)
  }
  return document
}

interface About<F, C> {
  /** whom the rows may be about, and what is said of others */
  known(person: KnownPerson): boolean
  unknown: { code: string; message: Message }
  /** what can be told of the row without the register */
  faultsOf?: (values: Values) => Fault[]
  factOf(values: Values, person_id: string): F
  /** asks the capability about sound rows of known people */
  check(facts: F[]): Promise<C[]>
  before(check: C): Record<string, string>
}

/** Verdicts on rows about people: first who they are and what is plainly wrong, then what the capability says of those that are sound. */
export async function checkNamed<F, C extends RowCheck & { warnings?: Fault[] }>(
  db: Db,
  context: Context,
  rows: RowToCheck[],
  about: About<F, C>,
): Promise<RowVerdict<F>[]> {
  const documents = rows.map(({ values }) => documentOf(values))
  const named = documents.flatMap(({ id_type, identity }) =>
    identity.ok ? [{ id_type, id_number: identity.id_number }] : [],
  )
  const people = await findPeopleByDocument(db, context, named)
  let next = 0
  const verdicts = rows.map(({ values, sound }, index): RowVerdict<F> => {
    const { identity } = documents[index]!
    const person = identity.ok ? people[next++] : undefined
    const faults = personFaults(values, identity, person, about)
    if (about.faultsOf) faults.push(...about.faultsOf(values))
    const fact = sound && person && faults.length === 0 ? about.factOf(values, person.id) : null
    return { change: 'same', faults, fact }
  })
  const sound = verdicts.filter(({ fact }) => fact !== null)
  const checks = await about.check(sound.map(({ fact }) => fact!))
  sound.forEach((verdict, index) => {
    const check = checks[index]!
    const { change, faults, warnings = [] } = check
    Object.assign(verdict, { change, faults, warnings, before: about.before(check) })
  })
  return verdicts
}

function personFaults<F, C>(
  values: Values,
  identity: ReturnType<typeof checkIdentity>,
  person: KnownPerson | undefined,
  about: About<F, C>,
): Fault[] {
  // whose type was not understood, of their number nothing can be said
  if (values.id_type === undefined) return []
  if (!identity.ok) return [{ pointer: '/id_number', code: identity.code, message: identity.message }]
  if (!person || !about.known(person)) return [{ pointer: '/id_number', ...about.unknown }]
  if (values.name === person.name) return []
  const name = checkName(String(values.name ?? ''))
  if (!name.ok) return [{ pointer: '/name', code: name.code, message: name.message }]
  if (name.name === person.name) return []
  const registered = maskName(person.name)
  return [
    {
      pointer: '/name',
      code: 'person.name_differs',
      message: {
        zh: `证件 ${maskIdNumber(identity.id_number)} 登记的姓名是“${registered}”，与所填“${name.name}”不一致。请核对姓名和证件号码。`,
        en: `The document ${maskIdNumber(identity.id_number)} is registered for “${registered}”, not “${name.name}”: compare both.`,
      },
    },
  ]
}

export const NOT_ON_ROSTER = {
  code: 'person.unknown',
  message: {
    zh: '本机构的名册里没有这个人。请核对证件号码，或先用“从业人员”模板导入。',
    en: 'This person is not on your roster: compare the number, or import the person first.',
  },
}
