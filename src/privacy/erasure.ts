/** Erasing a person: the facts and the money stay with their ids and sums, and nothing says any more whose they were. */
import { type RawBuilder, sql } from 'kysely'
import { closeAccounts } from '../access/decisions.ts'
import { moneyHeld } from '../allowances/released-holds.ts'
import { recordHistory } from '../history/actions.ts'
import { refuseErased } from '../people/documents.ts'
import { personInScope } from '../people/roster.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse } from '../platform/errors.ts'

/** What an erased person is called; the database holds it to that. */
const ERASED = '已删除'

/**
 * Erases the personal data of one person: name and pinyin, documents, photos, phone, account, birth date, sex, education; their accounts are
 * disabled. Facts, lines, the ledger and payment files stay, by id. Certificates stay as they were printed: paper with the name on it
 * is in the holder's hands, a third party may verify it for as long as it is valid, and an entry that said something else than the
 * paper would make an honest certificate look forged. The numbers of other bodies' certificates stay too: money was paid for them. Refuses `person.erased`, `person.employed`, `person.money_open`.
 */
export async function erasePerson(tx: Tx, context: Context, id: string, reason: string): Promise<{ id: string }> {
  const person = await tx
    .selectFrom('people')
    .select('erased_at')
    .where('id', '=', id)
    .where(personInScope(context.scope))
    .forUpdate()
    .executeTakeFirst()
  if (!person) return notFound({ zh: '人员', en: 'person' })
  refuseErased(person)
  const { rows } = await sql<{ employed: boolean; money_open: boolean }>`
    select ${employedOn(localDate(context.now))} as employed, ${moneyOpen} as money_open from people where people.id = ${id}::uuid`.execute(
    tx,
  )
  if (rows[0]!.employed)
    refuse('conflict', 'person.employed', {
      zh: '此人目前仍有任职记录，不能删除。请先由任职机构登记离岗。',
      en: 'The person is employed now and cannot be erased: their organisation must record the end first.',
    })
  if (rows[0]!.money_open)
    refuse('conflict', 'person.money_open', {
      zh: '此人还有未办结的津贴：批次未审批，已审批但此人尚未列入发放文件，有暂缓的款项，退票尚未补发，或还有未结清的追回。办结后再删除。',
      en: 'Money of this person is not settled: a run is not decided, is approved and does not pay them yet, a line is held back, a payment came back and was not issued again, or a recovery is open. Settle it first.',
    })
  await erasePeople(tx, context, [id], reason)
  return { id }
}

/** Erases people whom the caller has locked and found to be free of employment and open money; what was merged into them is the same person. */
export async function erasePeople(tx: Tx, context: Context, people: string[], reason: string): Promise<void> {
  if (people.length === 0) return
  const { rows: records } = await sql<{ id: string }>`
    select records_of(id) as id from unnest(${people}::uuid[]) person (id)`.execute(tx)
  const ids = records.map(({ id }) => id)
  await tx.deleteFrom('person_documents').where('person_id', 'in', ids).execute()
  await tx.deleteFrom('account_marks').where('person_id', 'in', ids).execute()
  // a certificate that shows the photo still stands and is verified, and its file cannot be drawn any more; the same picture under
  // another name is a picture of the person too
  await tx
    .updateTable('person_photos')
    .set({ photo_sealed: null })
    .where('sha256', 'in', (eb) => eb.selectFrom('person_photos').select('sha256').where('person_id', 'in', ids))
    .execute()
  await tx
    .updateTable('people')
    .set({
      ...{ name: ERASED, name_pinyin: '', name_initials: '', id_number_sealed: null, id_number_masked: '' },
      ...{ sex: null, birth_date: null, education: null, stated_education: null, phone: null },
      ...{ bank_account_sealed: null, bank_account_masked: null, erased_at: context.now },
    })
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', 'in', ids)
    .execute()
  // numbers on papers of schooling name a person as an ID number does, and so may what was written down as proof
  await tx
    .updateTable('educations')
    .set({ certificate_number: null, evidence: null })
    .where('person_id', 'in', ids)
    .execute()
  await tx.updateTable('licences').set({ number: null, evidence: null }).where('person_id', 'in', ids).execute()
  await tx.updateTable('allowance_claims').set({ note: null }).where('person_id', 'in', ids).execute()
  await tx.updateTable('education_hours').set({ evidence: null }).where('person_id', 'in', ids).execute()
  await tx.updateTable('external_certificates').set({ evidence: null }).where('person_id', 'in', ids).execute()
  await tx.updateTable('entry_declarations').set({ evidence: null }).where('person_id', 'in', ids).execute()
  await tx
    .updateTable('teacher_qualifications')
    .set({ number: null })
    .where('teacher_id', 'in', (eb) => eb.selectFrom('teachers').select('id').where('person_id', 'in', ids))
    .where('number', 'is not', null)
    .execute()
  await tx
    .updateTable('payments')
    .set({ name: ERASED, id_number_sealed: null, bank_account_sealed: null, account_masked: null })
    .where('person_id', 'in', ids)
    .execute()
  await closeAccounts(tx, context, ids, reason, ERASED)
  await recordHistory(
    tx,
    context,
    ...ids.map((id) => ({ kind: 'person.erased', subject_kind: 'person', subject_id: id, reason })),
  )
}

/** Whether `people` of the query is employed on that day or will be. */
export function employedOn(today: LocalDate): RawBuilder<boolean> {
  return sql`exists (select from employments e where e.person_id = people.id and e.known_to = 'infinity'
    and coalesce(e.ends_on > ${today}::date, true))`
}

/**
 * Whether a line of `people`, or of a record that was merged into it, moves money that is not decided on, is approved and paid by no batch
 * yet, or came back from the bank and was not issued again; or one is held back ({@link moneyHeld}); or they owe some.
 */
export const moneyOpen: RawBuilder<boolean> = sql`(exists (
  select from records_of(people.id) own (id) join allowance_lines l on l.person_id = own.id join allowance_runs r on r.id = l.run_id
  where l.amount_fen <> 0 and (r.status in ('computing', 'computed', 'submitted', 'reviewed')
    or r.status = 'approved' and (
      exists (select from allowance_payables y where y.run_id = r.id and y.person_id = own.id and y.amount_fen > 0)
        and not exists (select from payments made where made.run_id = r.id and made.person_id = own.id)
      or exists (select from payment_results came where came.run_id = r.id and came.person_id = own.id and came.outcome = 'returned'
        and came.known_to = 'infinity' and not exists (select from payments later
          where later.run_id = r.id and later.person_id = own.id and later.attempt > came.attempt)))))
  or exists (select from records_of(people.id) own (id) join line_holds h on h.person_id = own.id where ${moneyHeld})
  or exists (select from records_of(people.id) own (id) join recovery_balances b on b.person_id = own.id where b.balance_fen > 0))`
