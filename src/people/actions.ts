/** Writes of people: one person per identity document for life, whichever organisation comes first or again. */
import { sql } from 'kysely'
import { refuseStale } from '../access/route.ts'
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, insertRows, type Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { namePinyin } from '../platform/pinyin.ts'
import type { Fingerprint } from '../platform/vault.ts'
import {
  asJson,
  type Change,
  earlierTwins,
  faultAt,
  inItems,
  newIds,
  onlyRow,
  type RowCheck,
  refuseRows,
  twinFault,
} from './bulk.ts'
import { accept, type CleanPerson, cleanAccount, cleanPerson, cleanPhone } from './details.ts'
import { addDocuments, refuseErased } from './documents.ts'
import { findLikelySame } from './duplicates.ts'
import { educated } from './education-queries.ts'
import { checkName, maskAccount, maskIdNumber, maskName } from './identity.ts'
import { missingPerson } from './merged-records.ts'
import {
  documentHashes,
  employedAt,
  getPerson,
  type KnownPrivately,
  knownByHash,
  numberHashes,
  type Person,
} from './queries.ts'
import { personInScope, putOnRoster } from './roster.ts'
import { WORKFORCES, type Workforce } from './rules.ts'
import type { DisclosureRequest, NewPerson, PersonAmendment } from './shapes.ts'

export interface PersonCheck extends RowCheck {
  clean: CleanPerson
  /** under every key in force, the current first: by that one the rows of a call are told apart */
  hashes: Fingerprint[]
  known: KnownPrivately | null
  /** fields of a known person that the row changes */
  fields: string[]
}

/**
 * What {@link registerPeople} would do with each row, and what is wrong with it; writes nothing.
 * Codes: those of identity.ts, `person.twice`, `person.name_differs`, `person.workforce_differs`, `person.account_not_employer`.
 */
export async function checkPeople(db: Db, context: Context, rows: NewPerson[]): Promise<PersonCheck[]> {
  const cleaned = rows.map(cleanPerson)
  const hashed = cleaned.map(({ clean }) => documentHashes(context, clean))
  const twins = earlierTwins(cleaned.map(({ identified }, at) => (identified ? currentHash(hashed[at]!) : null)))
  const known = await knownByHash(
    db,
    hashed.flat().map(({ hash }) => hash),
    context.actor.organisation_id,
  )
  return Promise.all(
    cleaned.map(async ({ clean, faults }, index) => {
      const hashes = hashed[index]!
      const person = hashes.map(({ hash }) => known.get(hash)).find((found) => found) ?? null
      const twin = twins[index] ?? null
      if (twin !== null) faults.push(twinFault('/id_number', 'person.twice', twin, { zh: '证件', en: 'document' }))
      const fields = person ? await changedFields(context, person, clean) : []
      if (person && faults.length === 0) faults.push(...clashes(person, clean, fields))
      const change: Change = !person ? 'new' : fields.length > 0 || !person.on_roster ? 'changed' : 'same'
      return { change, faults, clean, hashes, known: person, fields }
    }),
  )
}

/**
 * Registers people and puts them on the roster of the actor's organisation; answers in the order of the rows. A document that
 * is known already stands for the same person: what the row gives and the register does not have is taken over. Refuses all rows
 * with the faults of {@link checkPeople} when one has a fault.
 */
export async function registerPeople(
  tx: Tx,
  context: Context,
  rows: NewPerson[],
  at = inItems,
): Promise<{ id: string; change: Change }[]> {
  if (rows.length === 0) return []
  const checks = await checkPeople(tx, context, rows)
  refuseRows(checks, at)
  const added = await addPeople(
    tx,
    context,
    checks.filter(({ known }) => !known),
  )
  // another organisation registered one of them in this very moment: look again
  if (!added) return registerPeople(tx, context, rows, at)
  await changePeople(tx, context, checks)
  const done = checks.map((check) => ({
    id: check.known?.id ?? added.get(currentHash(check.hashes))!,
    change: check.change,
  }))
  const { organisation_id } = context.actor
  if (organisation_id)
    await putOnRoster(
      tx,
      done.map(({ id }) => ({ organisation_id, person_id: id })),
    )
  await recordHistory(
    tx,
    context,
    ...checks.flatMap((check, index) => {
      if (check.change === 'same') return []
      const joined = organisation_id && !check.known?.on_roster ? { on_roster: true } : {}
      return {
        kind: check.change === 'new' ? 'person.registered' : 'person.amended',
        subject_kind: 'person',
        subject_id: done[index]!.id,
        changes: { ...(check.fields.length > 0 ? { fields: check.fields } : {}), ...joined },
      }
    }),
  )
  return done
}

/**
 * Registers one person; as {@link registerPeople}, but what clashes with the register is a conflict (409) under its own code.
 * Warns, and registers all the same, where the register has somebody very much alike ({@link findLikelySame}).
 */
export async function registerPerson(
  tx: Tx,
  context: Context,
  input: NewPerson,
): Promise<Person & { change: Change; warnings: Fault[] }> {
  const [check] = await checkPeople(tx, context, [input])
  const clash = check?.known && check.faults[0]
  if (clash) refuse('conflict', clash.code, clash.message, { faults: check.faults })
  const [warning] = await findLikelySame(tx, [check!])
  const [done] = await registerPeople(tx, context, [input], onlyRow)
  const person = await getPerson(tx, context.scope, done!.id, localDate(context.now))
  return { ...person, change: done!.change, warnings: warning ? [warning] : [] }
}

/**
 * Corrects a person: what is left out stays, null empties. Refuses `revision.stale`, `person.reason_missing` when a name is
 * corrected without a reason, `person.account_not_employer`, `person.education_on_record`, and the codes of identity.ts.
 */
export async function amendPerson(
  tx: Tx,
  context: Context,
  id: string,
  revision: number,
  input: PersonAmendment,
): Promise<Person> {
  const known = await lockPerson(tx, context, id)
  if (known.revision !== revision) refuseStale()
  const faults: Fault[] = []
  const name =
    input.name === undefined ? known.name : (accept(faults, '/name', checkName(input.name))?.name ?? known.name)
  const phone = input.phone === undefined ? known.phone : cleanPhone(faults, input.phone)
  const account = input.bank_account === undefined ? undefined : cleanAccount(faults, input.bank_account)
  const { workforce = known.workforce, education = known.education, reason = null } = input
  const accountChanges =
    account === null ? known.bank_account_masked !== null : account && (await accountDiffers(context, known, account))
  if (name !== known.name && !reason)
    faults.push(
      faultAt('/reason', 'person.reason_missing', '更正姓名必须写明理由。', 'Correcting a name needs a reason.'),
    )
  if (accountChanges && known.bank_account_masked !== null && !known.employed_here)
    faults.push(accountFault(known.bank_account_masked))
  if (education !== known.education && known.educated)
    faults.push(
      faultAt(
        '/education',
        'person.education_on_record',
        '此人的学历按学历记录汇总，不能直接填写。请登记或更正学历记录。',
        'The education of this person follows from the educations on record: record or correct one of them.',
      ),
    )
  refuseFaults(faults)
  const fields = [
    workforce !== known.workforce && 'workforce',
    education !== known.education && 'education',
    phone !== known.phone && 'phone',
    accountChanges && 'bank_account',
  ].filter((field) => typeof field === 'string')
  if (name !== known.name || fields.length > 0) {
    const values = {
      name,
      ...pinyinOf(name),
      workforce,
      education,
      phone,
      ...(accountChanges ? await sealedAccount(context, account ?? null) : {}),
    }
    await tx
      .updateTable('people')
      .set({ ...values, revision: revision + 1 })
      .where('id', '=', id)
      .execute()
    await recordHistory(tx, context, {
      kind: 'person.amended',
      subject_kind: 'person',
      subject_id: id,
      reason,
      // the history is chained and kept for good, so a name enters it masked only: an erased person must be gone from it too
      changes: {
        ...(name === known.name ? {} : { name: [maskName(known.name), maskName(name)] }),
        ...(fields.length > 0 ? { fields } : {}),
      },
    })
  }
  return getPerson(tx, context.scope, id, localDate(context.now))
}

/**
 * Shows one sealed value in full, and records who looked and why. An institution sees those of the people it employs or did.
 * Refuses `person.not_employed_here`, `person.no_account`.
 */
export async function disclosePerson(
  tx: Tx,
  context: Context,
  id: string,
  { field, reason }: DisclosureRequest,
): Promise<{ field: string; value: string }> {
  const known = await lockPerson(tx, context, id)
  if (context.scope.kind === 'organisation' && !known.employed_here)
    refuse('conflict', 'person.not_employed_here', {
      zh: '只能查看本机构任职人员的完整号码，此人没有本机构的任职记录。请先登记任职。',
      en: 'Full numbers are shown of your own staff only, and this person has no employment with you: record it first.',
    })
  const sealed = field === 'id_number' ? known.id_number_sealed : known.bank_account_sealed
  if (sealed === null)
    refuse('conflict', 'person.no_account', {
      zh: '此人还没有登记银行账号。',
      en: 'No bank account is registered for this person.',
    })
  await recordHistory(tx, context, {
    kind: 'person.disclosed',
    subject_kind: 'person',
    subject_id: id,
    reason,
    changes: { field },
  })
  return { field, value: await context.vault.open(sealed) }
}

async function lockPerson(tx: Tx, context: Context, id: string) {
  const own = context.scope.kind === 'organisation' ? context.scope.organisation_id : null
  const row = await tx
    .selectFrom('people')
    .select([
      'name',
      'workforce',
      'education',
      'phone',
      'id_number_sealed',
      'bank_account_sealed',
      'bank_account_masked',
      'revision',
      'erased_at',
    ])
    .select([employedAt(own).as('employed_here'), educated.as('educated')])
    .where('id', '=', id)
    .where(personInScope(context.scope))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return missingPerson(tx, context.scope, id)
  refuseErased(row)
  return row
}

async function changedFields(context: Context, person: KnownPrivately, clean: CleanPerson): Promise<string[]> {
  return [
    clean.education !== null && !person.educated && clean.education !== person.education && 'education',
    clean.phone !== null && clean.phone !== person.phone && 'phone',
    clean.bank_account !== null && (await accountDiffers(context, person, clean.bank_account)) && 'bank_account',
  ].filter((field) => field !== false)
}

/** Sealing the same account twice gives different text, so it is opened, but only where the mask says nothing. */
async function accountDiffers(
  context: Context,
  known: Pick<KnownPrivately, 'bank_account_sealed' | 'bank_account_masked'>,
  bank_account: string,
): Promise<boolean> {
  return (
    known.bank_account_masked !== maskAccount(bank_account) ||
    (await context.vault.open(known.bank_account_sealed!)) !== bank_account
  )
}

function clashes(person: KnownPrivately, clean: CleanPerson, fields: string[]): Fault[] {
  const faults: Fault[] = []
  const id_number = maskIdNumber(clean.id_number)
  if (person.name !== clean.name)
    faults.push(
      faultAt(
        '/name',
        'person.name_differs',
        `证件 ${id_number} 已登记为“${maskName(person.name)}”，与所填姓名“${clean.name}”不一致。请核对证件；确属登记有误的，请原登记机构更正姓名。`,
        `The document ${id_number} is registered for “${maskName(person.name)}”, not “${clean.name}”. Compare the document; if the register is wrong, ask the organisation that registered the person to correct the name.`,
      ),
    )
  if (person.workforce !== clean.workforce) {
    const [theirs, ours] = [WORKFORCES[person.workforce as Workforce], WORKFORCES[clean.workforce]]
    faults.push(
      faultAt(
        '/workforce',
        'person.workforce_differs',
        `证件 ${id_number} 已登记为${theirs.zh}人员，所填为${ours.zh}。请按已登记的填写；本人转行的，登记后再更正。`,
        `The document ${id_number} is registered under ${theirs.en}, not ${ours.en}. Use what is registered; if the person changed, correct it after registering.`,
      ),
    )
  }
  if (fields.includes('bank_account') && person.bank_account_masked !== null && !person.employed_here)
    faults.push(accountFault(person.bank_account_masked))
  return faults
}

/** Money goes to this account, so only an employer may exchange it. */
function accountFault(bank_account_masked: string): Fault {
  return faultAt(
    '/bank_account',
    'person.account_not_employer',
    `此人已登记银行账号 ${bank_account_masked}，只有其任职机构可以更换。请先登记任职，或不填银行账号。`,
    `The account ${bank_account_masked} is registered already, and only an employer may exchange it: record the employment first, or leave the account out.`,
  )
}

function currentHash([current]: Fingerprint[]): string {
  return current!.hash
}

/** Answers the new ids by the current hash of the document, or null, with nothing written, when one of the documents has just been taken. */
async function addPeople(tx: Tx, context: Context, checks: PersonCheck[]): Promise<Map<string, string> | null> {
  if (checks.length === 0) return new Map()
  // in one order for everybody, so that two imports of the same people wait for each other instead of locking each other out
  const ordered = [...checks].sort((a, b) => (currentHash(a.hashes) < currentHash(b.hashes) ? -1 : 1))
  const ids = await newIds(tx, ordered.length)
  const people = await Promise.all(
    ordered.map(async ({ clean: { id_number, bank_account, ...clean } }, index) => ({
      ...clean,
      ...pinyinOf(clean.name),
      ...(await sealedAccount(context, bank_account)),
      id: ids[index]!,
      id_number_sealed: await context.vault.seal(id_number),
      id_number_masked: maskIdNumber(id_number),
    })),
  )
  const numbers = ordered.map(({ clean }) => numberHashes(context, clean.id_number))
  await insertRows(tx, 'people', people).execute()
  const documents = people.map(({ id, id_type, id_number_sealed, id_number_masked }, index) => ({
    ...{ person_id: id, id_type, number_sealed: id_number_sealed, number_masked: id_number_masked },
    hashes: ordered[index]!.hashes,
    numbers: numbers[index]!,
  }))
  if (await addDocuments(tx, context, documents))
    return new Map(ordered.map(({ hashes }, index) => [currentHash(hashes), ids[index]!]))
  await tx.deleteFrom('person_documents').where('person_id', 'in', ids).execute()
  await tx.deleteFrom('people').where('id', 'in', ids).execute()
  return null
}

async function changePeople(tx: Tx, context: Context, checks: PersonCheck[]): Promise<void> {
  const changed = checks.filter(({ fields }) => fields.length > 0)
  if (changed.length === 0) return
  const rows = await Promise.all(
    changed.map(async ({ known, clean }) => ({
      id: known!.id,
      education: known!.educated ? null : clean.education,
      phone: clean.phone,
      ...(await sealedAccount(context, clean.bank_account)),
    })),
  )
  await sql`
    update people set revision = revision + 1,
      education = coalesce(r.education, people.education),
      phone = coalesce(r.phone, people.phone),
      bank_account_sealed = coalesce(r.bank_account_sealed, people.bank_account_sealed),
      bank_account_masked = coalesce(r.bank_account_masked, people.bank_account_masked)
    from jsonb_to_recordset(${asJson(rows)})
      as r (id uuid, education text, phone text, bank_account_sealed text, bank_account_masked text)
    where people.id = r.id`.execute(tx)
}

function pinyinOf(name: string) {
  const { pinyin, initials } = namePinyin(name)
  return { name_pinyin: pinyin, name_initials: initials }
}

async function sealedAccount(context: Context, bank_account: string | null) {
  return {
    bank_account_sealed: bank_account && (await context.vault.seal(bank_account)),
    bank_account_masked: bank_account && maskAccount(bank_account),
  }
}
