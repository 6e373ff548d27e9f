/** Pages of filings and recognitions: recording, correcting and withdrawing a period. */
import { z } from 'zod'
import { FilingForm, FilingWithdrawalForm } from '../../templates/organisations/filing-forms.tsx'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { filingCorrectionShape, filingWithdrawalShape, newFilingShape } from './filing-shapes.ts'
import { correctFiling, getFiling, recordFiling, withdrawFiling } from './filings.ts'
import { getOrganisation } from './queries.ts'

export function filingsConsole(app: App): void {
  page(app, '/console/organisations/:id/filings/new', 'organisation.write', (call) => newPage(call))
  form(
    app,
    '/console/organisations/:id/filings',
    'organisation.write',
    z.preprocess(withoutEmptyEnd, newFilingShape),
    async ({ tx, context, params, input }) => {
      await recordFiling(tx, context, params.id!, input)
      return { to: `/console/organisations/${params.id}`, flash: { zh: '有效期已登记。', en: 'Recorded.' } }
    },
    (call) => newPage(call, call),
  )
  formPage(
    app,
    '/console/filings/:id/correction',
    'organisation.write',
    z.preprocess(withoutEmptyEnd, filingCorrectionShape),
    async ({ tx, context, params, input }) => {
      const { organisation_id } = await correctFiling(tx, context, params.id!, input)
      return { to: `/console/organisations/${organisation_id}`, flash: { zh: '有效期已更正。', en: 'Corrected.' } }
    },
    correctionPage,
  )
  formPage(
    app,
    '/console/filings/:id/withdrawal',
    'organisation.write',
    filingWithdrawalShape,
    async ({ tx, context, params, input }) => {
      const { organisation_id } = await withdrawFiling(tx, context, params.id!, input.reason)
      return { to: `/console/organisations/${organisation_id}`, flash: { zh: '有效期已撤回。', en: 'Withdrawn.' } }
    },
    withdrawalPage,
  )
}

function withoutEmptyEnd(sent: unknown): unknown {
  const { ends_on, ...rest } = sent as Record<string, unknown>
  return { ...rest, ends_on: ends_on || null }
}

async function newPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const organisation = await getOrganisation(db, context.scope, params.id!, localDate(context.now))
  return (
    <FilingForm
      frame={frameOf(c, organisation.name)}
      organisation={organisation}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function correctionPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const filing = await getFiling(db, context.scope, params.id!)
  const { kind, starts_on, ends_on, reference } = filing
  return (
    <FilingForm
      frame={frameOf(c, filing.organisation_name)}
      organisation={{ id: filing.organisation_id, name: filing.organisation_name }}
      filing={filing}
      values={retry?.values ?? { kind, starts_on, ends_on: ends_on ?? '', reference: reference ?? '' }}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function withdrawalPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const filing = await getFiling(db, context.scope, params.id!)
  return (
    <FilingWithdrawalForm
      frame={frameOf(c, filing.organisation_name)}
      filing={filing}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
