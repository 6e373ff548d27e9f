/** Every scheme with its versions, kept while none is added or confirmed: policy is read thousands of times and changes a few times a year. */
import type { Month } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { type Rules, rulesMonth } from './rules.ts'
import { computableRules } from './usable-rules.ts'
import { readVersionsOf, type VersionRow } from './versions.ts'

export interface BookedScheme {
  code: string
  name: string
  division_code: string
  workforce: string
  versions: VersionRow[]
}

/** By revision, which is made of the ids of versions and confirmations, so that no two databases share one. */
const books = new Map<string, Promise<BookedScheme[]>>()
const KEPT = 4

/** The revision is that of {@link readPerson}. */
export function ruleBook(db: Db, revision: string): Promise<BookedScheme[]> {
  const known = books.get(revision)
  if (known) return known
  const read = readBook(db)
  books.set(revision, read)
  // a read that failed is tried again, and old revisions are let go
  read.catch(() => books.delete(revision))
  for (const old of [...books.keys()].slice(0, -KEPT)) books.delete(old)
  return read
}

async function readBook(db: Db): Promise<BookedScheme[]> {
  const schemes = await db
    .selectFrom('schemes')
    .select(['code', 'name', 'division_code', 'workforce'])
    .orderBy('division_code')
    .orderBy('code')
    .execute()
  const versions = await readVersionsOf(
    db,
    schemes.map(({ code }) => code),
  )
  return schemes.map((scheme) => ({ ...scheme, versions: versions.get(scheme.code) ?? [] }))
}

const usable = new WeakMap<VersionRow, Rules[]>()

/** Of every component that can be computed, kept as long as the book is. Refuses `scheme.unconfirmed` when none can. */
export function rulesOf(version: VersionRow): Rules[] {
  const known = usable.get(version)
  if (known) return known
  const rules = computableRules(version)
  usable.set(version, rules)
  return rules
}

export function versionOfMonth({ versions }: BookedScheme, month: Month): VersionRow | undefined {
  return versions.find((one) => rulesMonth(one, month))
}
