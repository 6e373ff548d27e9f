/** Pages of certificates issued elsewhere: recording, correcting, withdrawing, and an officer's list of those to look up. */

import { z } from 'zod'
import { ExternalForm, ExternalWithdrawal } from '../../templates/credentials/external.tsx'
import { RegistryChecks, WorklistBack } from '../../templates/credentials/registry-checks.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { onlyRow } from '../people/bulk.ts'
import { getPerson } from '../people/queries.ts'
import { localDate } from '../platform/calendar.ts'
import { type Fault, inLanguage, type Message } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { registryForm, registryTitle } from './checks-console.tsx'
import { correctExternalCertificate, recordExternalCertificates, withdrawExternalCertificate } from './external.ts'
import { recordExternalChecks } from './external-checks.ts'
import { getExternalCertificate, listExternalCertificates, occupationNames } from './external-queries.ts'
import {
  externalCorrectionShape,
  externalFilterShape,
  externalWithdrawalShape,
  statedShape,
} from './external-shapes.ts'
import { takeWorklistBack } from './external-worklist.ts'

const ONE = '/console/external-certificates/:id'
const OF_PERSON = '/console/people/:id/external-certificates'
const LOOK_UPS = '/console/registry-checks/external'
/** A select sends text. */
const level = { level: z.coerce.number().int().min(1).max(5) }

export function externalConsole(app: App): void {
  page(app, `${OF_PERSON}/new`, 'external_certificate.write', (call) => newPage(call))
  form(
    app,
    OF_PERSON,
    'external_certificate.write',
    z.preprocess(filled(), statedShape.extend(level)),
    async ({ tx, context, params, input }) => {
      const [done] = await recordExternalCertificates(tx, context, [{ ...input, person_id: params.id! }], onlyRow)
      return { to: `/console/people/${params.id}`, flash: recorded(done!.warnings) }
    },
    (call) => newPage(call, call),
  )
  formPage(
    app,
    `${ONE}/correction`,
    'external_certificate.write',
    z.preprocess(cleared, externalCorrectionShape.extend(level)),
    async ({ tx, context, params, input }) => {
      const { person_id } = await getExternalCertificate(tx, context.scope, params.id!)
      const { warnings } = await correctExternalCertificate(tx, context, params.id!, input)
      return { to: `/console/people/${person_id}`, flash: recorded(warnings) }
    },
    correctionPage,
  )
  formPage(
    app,
    `${ONE}/withdrawal`,
    'external_certificate.write',
    externalWithdrawalShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await withdrawExternalCertificate(tx, context, params.id!, input.reason)
      return { to: `/console/people/${person_id}`, flash: { zh: '证书已撤回。', en: 'The certificate is withdrawn.' } }
    },
    withdrawalPage,
  )
  formPage(
    app,
    LOOK_UPS,
    'registry_check.write',
    registryForm,
    async ({ tx, context, input }) => {
      const { recorded } = await recordExternalChecks(tx, context, input)
      return {
        to: LOOK_UPS,
        flash: { zh: `已登记 ${recorded} 张证书的核验结果。`, en: `${recorded} findings were recorded.` },
      }
    },
    lookUpsPage,
  )
  worklist(app)
}

function worklist(app: App): void {
  formPage(
    app,
    `${LOOK_UPS}/findings`,
    'registry_check.write',
    z.object({ file: z.instanceof(File, { error: '请选择填好的清单。 / Choose the list you filled in.' }) }),
    async ({ tx, context, input: { file } }) => {
      const { recorded } = await takeWorklistBack(tx, context, new Uint8Array(await file.arrayBuffer()), file.name)
      return {
        to: LOOK_UPS,
        flash: { zh: `已登记 ${recorded} 张证书的核验结果。`, en: `${recorded} findings were recorded.` },
      }
    },
    async ({ c }, retry?: Retry) => (
      <WorklistBack
        frame={frameOf(c, inLanguage(c.get('lang'), registryTitle))}
        errors={faultsFor(c, retry?.refusal).map(({ message }) => ({ pointer: '/file', message }))}
      />
    ),
  )
}

/** What is odd is said once, when it was let in. */
function recorded(warnings: Fault[]): Message {
  return {
    zh: ['已登记，待主管部门核验。', ...warnings.map(({ message }) => message.zh)].join(''),
    en: ['Recorded; an officer looks it up.', ...warnings.map(({ message }) => message.en)].join(' '),
  }
}

/** The form of a correction shows everything: an emptied field that may be empty is cleared. */
function cleared(sent: unknown): Record<string, unknown> {
  const { valid_until, standard_edition, evidence } = sent as Record<string, unknown>
  return {
    ...filled()(sent),
    valid_until: valid_until || null,
    standard_edition: standard_edition || null,
    evidence: evidence || null,
  }
}

async function occupations({ db }: PageCall) {
  return [...(await occupationNames(db))].map(([code, name]) => ({ code, name }))
}

async function newPage(call: PageCall, retry?: Retry) {
  const { c, db, context, params } = call
  const person = await getPerson(db, context.scope, params.id!, localDate(context.now))
  return (
    <ExternalForm
      frame={frameOf(c, person.name)}
      person={person}
      occupations={await occupations(call)}
      certificate_id={null}
      values={{ occupation_code: '4-10-01-05', ...retry?.values }}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function correctionPage(call: PageCall, retry?: Retry) {
  const { c, db, context, params } = call
  const known = await getExternalCertificate(db, context.scope, params.id!)
  const values = Object.fromEntries(Object.entries(known).map(([key, value]) => [key, String(value ?? '')]))
  return (
    <ExternalForm
      frame={frameOf(c, known.person_name)}
      person={{ id: known.person_id, name: known.person_name }}
      occupations={await occupations(call)}
      certificate_id={known.id}
      values={{ ...values, ...retry?.values }}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function withdrawalPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const certificate = await getExternalCertificate(db, context.scope, params.id!)
  return (
    <ExternalWithdrawal
      frame={frameOf(c, certificate.person_name)}
      person={{ id: certificate.person_id, name: certificate.person_name }}
      certificate={certificate}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function lookUpsPage({ c, db, context, query }: PageCall, retry?: Retry) {
  const filter = externalFilterShape.parse({ state: 'open', ...(query.cursor ? { cursor: query.cursor } : {}) })
  const { items, next_cursor } = await listExternalCertificates(db, context.scope, filter, localDate(context.now))
  return (
    <RegistryChecks
      frame={frameOf(c, inLanguage(c.get('lang'), registryTitle))}
      issued="elsewhere"
      items={items.map((item) => ({
        ...item,
        href: `/console/people/${item.person_id}`,
        holder_name: item.person_name,
        again: item.state === 'recheck',
      }))}
      next={next_cursor && `${LOOK_UPS}?${new URLSearchParams({ cursor: next_cursor })}`}
      today={localDate(context.now)}
      values={retry?.values ?? {}}
      ticked={retry?.ticked('certificate_ids') ?? []}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
