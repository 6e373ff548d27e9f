/** Identity documents of people: several documents, one person for life, each of them nobody else's. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import type { Context } from '../platform/context.ts'
import { type Db, insertRows, type Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import type { Fingerprint } from '../platform/vault.ts'
import { newIds } from './bulk.ts'
import { accept } from './details.ts'
import { checkIdentity, type Identity, maskIdNumber } from './identity.ts'
import { documentHashes, employedAt, numberHashes } from './queries.ts'
import { personInScope } from './roster.ts'
import type { NewDocument } from './shapes.ts'

export interface PersonDocument {
  document_id: string
  id_type: string
  id_number_masked: string
  /** the one that the person's page, certificates and payments show */
  current: boolean
  recorded_at: Date
}

/** The documents of a person whose page the caller was already allowed to see, the latest first. */
export async function documentsOf(db: Db, person_id: string): Promise<PersonDocument[]> {
  const { rows } = await sql<PersonDocument>`
    select d.document_id, d.id_type, d.number_masked as id_number_masked, min(d.recorded_at) as recorded_at,
      (d.id_type, d.number_masked) = (people.id_type, people.id_number_masked) as current
    from person_documents d join people on people.id = d.person_id
    where d.person_id = ${person_id}::uuid
    group by d.document_id, d.id_type, d.number_masked, people.id
    order by min(d.recorded_at) desc, d.document_id`.execute(db)
  return rows
}

/** As {@link documentsOf}, for a person within the scope, or 404. */
export async function listDocuments(db: Db, context: Context, person_id: string): Promise<PersonDocument[]> {
  const seen = await db
    .selectFrom('people')
    .select('id')
    .where('id', '=', person_id)
    .where(personInScope(context.scope))
    .executeTakeFirst()
  return seen ? documentsOf(db, person_id) : notFound(PERSON)
}

/**
 * Adds a document to a person: a renewed passport, a residence permit after a travel permit, the permanent residence card of 2023
 * after the old one. The same document again changes nothing, but may become the current one; a 15-digit resident number is the
 * document of its 18 digits. Refuses `document.birth_date` for a document of somebody born on another day, `person.document_taken`
 * for one that is somebody else's (of whom nothing is told), `person.not_employed_here`, `person.erased`, and the codes of identity.ts.
 */
export async function addDocument(
  tx: Tx,
  context: Context,
  person_id: string,
  { id_type, id_number, reason, current }: NewDocument,
): Promise<PersonDocument> {
  const person = await lockPerson(tx, context, person_id)
  const faults: Fault[] = []
  const identity = accept(faults, '/id_number', checkIdentity(id_type, id_number))
  refuseFaults(faults)
  const { id_number: number, birth_date, sex } = identity as Identity
  if (birth_date && person.birth_date && birth_date !== person.birth_date)
    refuse('conflict', 'document.birth_date', {
      zh: '这份证件的出生日期与此人已登记证件的不一致，不能登记为同一人。请核对证件号码和人员。',
      en: 'The birth date in this document is not that of the documents on record, so it is not this person: check the number and the person.',
    })
  const hashes = documentHashes(context, { id_type, id_number: number })
  const numbers = numberHashes(context, number)
  const owners = await ownersOf(tx, hashes)
  if (owners.some((owner) => owner !== person_id)) refuseTaken(context)
  const known = owners.length > 0
  const number_sealed = await context.vault.seal(number)
  const number_masked = maskIdNumber(number)
  if (
    !known &&
    !(await addDocuments(tx, context, [{ person_id, id_type, number_sealed, number_masked, hashes, numbers }]))
  )
    refuseTaken(context)
  const shown = person.id_type === id_type && person.id_number_masked === number_masked
  if (!known || (current && !shown)) {
    await tx
      .updateTable('people')
      .set({
        birth_date: person.birth_date ?? birth_date,
        sex: person.sex ?? sex,
        ...(current ? { id_type, id_number_sealed: number_sealed, id_number_masked: number_masked } : {}),
        revision: person.revision + 1,
      })
      .where('id', '=', person_id)
      .execute()
    await recordHistory(tx, context, {
      kind: 'person.document_added',
      subject_kind: 'person',
      subject_id: person_id,
      reason,
      changes: { id_type, ...(current ? { fields: ['id_number'] } : {}) },
    })
  }
  const documents = await documentsOf(tx, person_id)
  return documents.find((one) => one.id_type === id_type && one.id_number_masked === number_masked)!
}

export interface NewDocumentRow {
  person_id: string
  id_type: string
  number_sealed: string
  number_masked: string
  hashes: Fingerprint[]
  /** of the bare number, by the same keys in the same order */
  numbers: Fingerprint[]
}

/** Writes each document under every key in force; false when one of them is on record already, and then some may have been written. */
export async function addDocuments(tx: Tx, context: Context, documents: NewDocumentRow[]): Promise<boolean> {
  const ids = await newIds(tx, documents.length)
  const rows = documents.flatMap(({ hashes, numbers, ...document }, index) =>
    hashes.map(({ key_id, hash }, key) => ({
      ...document,
      ...{ document_id: ids[index]!, document_hash: hash, number_hash: numbers[key]!.hash },
      ...{ key_id, recorded_by: context.actor.account_id },
    })),
  )
  // in one order for everybody, so that two writers of the same documents wait for each other instead of locking each other out
  rows.sort((a, b) => (a.document_hash < b.document_hash ? -1 : 1))
  const written = await insertRows(tx, 'person_documents', rows)
    .onConflict((oc) => oc.column('document_hash').doNothing())
    .returning('document_hash')
    .execute()
  return written.length === rows.length
}

/** Nothing more is written about somebody of whom only ids and sums are left. */
export function refuseErased({ erased_at }: { erased_at: Date | null }): void {
  if (erased_at)
    refuse('conflict', 'person.erased', {
      zh: '此人的个人信息已按规定删除，不能再更改或查看。',
      en: 'The personal data of this person was erased; nothing can be changed or shown any more.',
    })
}

const PERSON = { zh: '人员', en: 'person' }

async function lockPerson(tx: Tx, context: Context, id: string) {
  const { scope } = context
  const row = await tx
    .selectFrom('people')
    .select(['id_type', 'id_number_masked', 'birth_date', 'sex', 'revision', 'erased_at'])
    .select(employedAt(scope.kind === 'organisation' ? scope.organisation_id : null).as('employed_here'))
    .where('id', '=', id)
    .where(personInScope(scope))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return notFound(PERSON)
  refuseErased(row)
  if (scope.kind === 'organisation' && !row.employed_here)
    refuse('conflict', 'person.not_employed_here', {
      zh: '只能为本机构任职人员登记证件，此人没有本机构的任职记录。请先登记任职。',
      en: 'Documents are recorded of your own staff only, and this person has no employment with you: record it first.',
    })
  return row
}

async function ownersOf(tx: Tx, hashes: Fingerprint[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('person_documents')
    .select('person_id')
    .where(
      'document_hash',
      'in',
      hashes.map(({ hash }) => hash),
    )
    .execute()
  return rows.map(({ person_id }) => person_id)
}

/** Names nothing about the other person; an office, which sees both, is told where to go on. */
function refuseTaken({ scope }: Context): never {
  const office = scope.kind === 'division'
  refuse('conflict', 'person.document_taken', {
    zh: `这份证件已登记在另一个人名下，没有写入。${office ? '如确为同一人，请在“疑似重复”中核对后合并。' : '请核对证件号码；如确为同一人，请联系区县主管部门合并。'}`,
    en: `The document is registered for somebody else, and nothing was written. ${office ? 'If both are one person, compare and merge them under “Duplicates”.' : 'Check the number; if both are one person, ask your district to merge them.'}`,
  })
}
