/** Loads the dated facts of db/reference into the database; what is there stays as it is. Node only. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kysely, Transaction } from 'kysely'
import { layoutText } from '../src/credentials/certificate-layout.ts'
import { root } from './root.ts'
import type { DB } from './schema.ts'

export interface SchemeFile {
  code: string
  name: string
  division_code: string
  workforce: string
  versions: VersionFile[]
}
interface VersionFile {
  number: number
  effective_from: string | null
  effective_to: string | null
  title: string
  settings: unknown
  citation: string
  confidence: string
  components: ComponentFile[]
  conditions: {
    code: string
    component?: string
    measure: string
    parameters?: unknown
    threshold: unknown
    title: string
    title_en: string
    citation: string
    confidence: string
  }[]
}
interface ComponentFile {
  code: string
  kind: string
  title: string
  title_en: string
  citation: string
  confidence: string
  unknown?: object[]
  rates: {
    level?: number
    key?: string
    min_years?: number
    below_years?: number | null
    facility_kind?: string
    district_code?: string
    amount_yuan: number | null
    confidence: string
    citation: string
  }[]
}

/** Idempotent: a scheme version that is there is never touched, a new one is added. */
export async function loadReference(db: Kysely<DB>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const once = (
      table:
        | 'sources'
        | 'districts'
        | 'occupations'
        | 'standard_editions'
        | 'standard_hours'
        | 'retention_rules'
        | 'promotion_rules'
        | 'entry_rules'
        | 'class_filing_rules'
        | 'certificate_reminder_days'
        | 'continuation_rules'
        | 'recheck_rules'
        | 'review_routes'
        | 'check_parameters'
        | 'bank_formats'
        | 'account_rules',
      rows: object[],
    ) =>
      tx
        .insertInto(table)
        .values(rows as never)
        .onConflict((oc) => oc.doNothing())
        .execute()
    await once('sources', reference('sources'))
    await once('districts', reference('districts'))
    await once('occupations', reference('occupations'))
    await once('standard_editions', reference('standard-editions'))
    await once('standard_hours', reference('standard-hours'))
    await once('retention_rules', reference('retention'))
    await once('class_filing_rules', reference('class-filing-rules'))
    await once('certificate_reminder_days', reference('certificate-reminder-days'))
    await once('continuation_rules', reference('continuation-rules'))
    await once('recheck_rules', reference('recheck-rules'))
    await once(
      'bank_formats',
      reference<{ columns: unknown }>('bank-formats').map(({ columns, ...format }) => ({
        ...format,
        columns: JSON.stringify(columns),
      })),
    )
    await once(
      'promotion_rules',
      reference<{ terms: unknown }>('promotion-rules').map(({ terms, ...rule }) => ({
        ...rule,
        terms: JSON.stringify(terms),
      })),
    )
    await once(
      'entry_rules',
      reference<{ alternatives: unknown }>('entry-conditions').map(({ alternatives, ...rule }) => ({
        ...rule,
        alternatives: JSON.stringify(alternatives),
      })),
    )
    await loadLayouts(tx)
    for (const scheme of reference<SchemeFile>('schemes')) await loadScheme(tx, scheme)
    await once('review_routes', reference('review-routes'))
    await once('check_parameters', reference('check-parameters'))
    await once('account_rules', reference('account-rules'))
  })
}

/** The layouts that come with the program, for everybody who has chosen no other; one that was printed once is never changed. */
async function loadLayouts(tx: Transaction<DB>): Promise<void> {
  const layouts = reference<{
    code: string
    kind: string
    name: string
    version: number
    valid_from: string
    reason: string
  }>('certificate-layouts')
  const texts = layouts.map(({ code }) =>
    layoutText(JSON.parse(readFileSync(join(root, 'templates/certificates', `${code}.json`), 'utf8'))),
  )
  await tx
    .insertInto('certificate_layouts')
    .values(
      layouts.map(({ valid_from: _, ...layout }, index) => ({
        ...layout,
        body: texts[index]!,
        sha256: createHash('sha256').update(texts[index]!).digest('hex'),
      })),
    )
    .onConflict((oc) => oc.doNothing())
    .execute()
  const there = await tx
    .selectFrom('certificate_layouts')
    .select(['id', 'code'])
    .where('code', 'is not', null)
    .execute()
  await tx
    .insertInto('certificate_layout_choices')
    .values(
      layouts.map(({ code, kind, valid_from, reason }) => ({
        ...{ kind, valid_from, reason },
        layout_id: there.find((one) => one.code === code)!.id,
      })),
    )
    .onConflict((oc) => oc.doNothing())
    .execute()
}

/** A scheme and those of its versions that are not there. */
export async function loadScheme(tx: Transaction<DB>, { versions, ...scheme }: SchemeFile): Promise<void> {
  await tx
    .insertInto('schemes')
    .values(scheme)
    .onConflict((oc) => oc.doNothing())
    .execute()
  for (const { components, conditions, settings, ...version } of versions) {
    const added = await tx
      .insertInto('scheme_versions')
      .values({ ...version, scheme_code: scheme.code, settings: JSON.stringify(settings) })
      .onConflict((oc) => oc.columns(['scheme_code', 'number']).doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!added) continue
    for (const [position, component] of components.entries()) await loadComponent(tx, added.id, position, component)
    if (conditions.length === 0) continue
    await tx
      .insertInto('scheme_conditions')
      .values(
        conditions.map((condition, position) => ({
          ...condition,
          version_id: added.id,
          position,
          parameters: JSON.stringify(condition.parameters ?? {}),
          threshold: condition.threshold === null ? null : JSON.stringify(condition.threshold),
        })),
      )
      .execute()
  }
}

async function loadComponent(
  tx: Transaction<DB>,
  version_id: string,
  position: number,
  { code, kind, title, title_en, citation, confidence, unknown = [], rates, ...settings }: ComponentFile,
): Promise<void> {
  await tx
    .insertInto('scheme_components')
    .values({
      ...{ version_id, position, code, kind, title, title_en, citation, confidence },
      settings: JSON.stringify(settings),
      unknown: JSON.stringify(unknown),
    })
    .execute()
  await tx
    .insertInto('scheme_rates')
    .values(
      rates.map(({ amount_yuan, ...rate }) => ({
        ...{ ...rate, version_id, component: code },
        amount_fen: amount_yuan === null ? null : amount_yuan * 100,
      })),
    )
    .execute()
}

function reference<T = object>(name: string): T[] {
  return JSON.parse(readFileSync(join(root, 'db/reference', `${name}.json`), 'utf8'))
}
