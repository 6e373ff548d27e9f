/** Pages of issuing: choose a class, see who gets a certificate, preview, confirm, watch the batch. */
import { z } from 'zod'
import { BatchPage } from '../../templates/credentials/batch.tsx'
import { ChooseClass, ConfirmIssue, Eligible } from '../../templates/credentials/issue.tsx'
import type { JobState } from '../../templates/parts.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { isLocalDate, localDate } from '../platform/calendar.ts'
import { inLanguage, Refusal, refuse } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { occasionFor, requestBatch } from './actions.ts'
import { judge } from './issue.ts'
import { batchViews, getBatch, getIssuingClass, listIssuingClasses } from './issue-queries.ts'
import { draftFor, previewPdf } from './print.ts'
import { listPrinted } from './queries.ts'
import { type ClassKind, numberOf, seriesPrefix } from './rules.ts'
import { newBatchShape } from './shapes.ts'

const title = { zh: '发证', en: 'Issue certificates' }
/** More than a class can have. */
const WHOLE_BATCH = 1000

/** A form sends empty text for what was left out. */
const batchForm = z.preprocess(
  (sent) => Object.fromEntries(Object.entries(sent as object).filter(([, value]) => value !== '')),
  newBatchShape,
)

export function issueConsole(app: App): void {
  page(app, '/console/certificates/new', 'certificate.issue', (call) =>
    call.query.class ? eligible(call) : chooseClass(call),
  )
  page(app, '/console/certificates/new/preview', 'certificate.issue', preview)
  page(app, '/console/certificates/new/confirmation', 'certificate.issue', (call) => confirmation(call, call.query))
  form(
    app,
    '/console/certificate-batches',
    'certificate.issue',
    batchForm,
    async ({ tx, context, input }) => {
      const { id } = await requestBatch(tx, context, input)
      return { to: `/console/certificate-batches/${id}`, flash: { zh: '已开始签发。', en: 'Issuing has begun.' } }
    },
    (call) => confirmation(call, { ...call.values, class: call.values.class_id ?? '' }, call.refusal),
  )
  page(app, '/console/certificate-batches/:id', 'certificate.read', async ({ c, db, context, params }) => {
    const lang = c.get('lang')
    const batch = await getBatch(db, context.scope, params.id!)
    return (
      <BatchPage
        frame={frameOf(c, inLanguage(lang, title))}
        batch={batch}
        job={{
          ...batch,
          status: batch.status as JobState['status'],
          error: batch.error && inLanguage(lang, batch.error),
        }}
        certificates={await listPrinted(db, batch.id, null, WHOLE_BATCH)}
        skipped={batch.skipped.map((one) => ({ ...one, message: inLanguage(lang, one.message) }))}
        may_revoke={may(context.actor.role, 'certificate.revoke')}
      />
    )
  })
}

async function chooseClass({ c, db, context, query }: PageCall) {
  const { kind } = asked({ context, query })
  return (
    <ChooseClass
      frame={frameOf(c, inLanguage(c.get('lang'), title))}
      kind={kind}
      classes={await listIssuingClasses(db, context.scope, kind)}
    />
  )
}

async function eligible(call: PageCall) {
  const { c, db, context } = call
  const wanted = asked(call)
  const lang = c.get('lang')
  const refusal = await occasionFor(db, context, wanted.class_id, wanted).then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal && error.status !== 404 ? error : Promise.reject(error)),
  )
  const people = await judged(call)
  return (
    <Eligible
      frame={frameOf(c, inLanguage(lang, title))}
      kind={wanted.kind}
      taught={await getIssuingClass(db, context.scope, wanted.class_id)}
      issued_on={wanted.issued_on}
      valid_until={wanted.valid_until ?? ''}
      people={people.map((person) => ({
        ...person,
        obstacle: person.obstacle && inLanguage(lang, person.obstacle.message),
      }))}
      errors={faultsFor(c, refusal)}
      batches={await batchViews(db, context.scope, { class_id: wanted.class_id })}
      today={localDate(context.now)}
    />
  )
}

async function preview(call: PageCall) {
  const { db, context } = call
  const wanted = asked(call)
  const { kind, taught, issuer, issued_on } = await occasionFor(db, context, wanted.class_id, wanted)
  const first = (await judged(call)).find((person) => person.obstacle === null)
  if (!first)
    refuse('conflict', 'certificate_batch.nobody', {
      zh: '没有可以发证的学员，所以没有可预览的证书。',
      en: 'Nobody can get a certificate, so there is none to preview.',
    })
  const number = numberOf(seriesPrefix(kind, issuer, taught.level, issued_on), 0)
  const pdf = await previewPdf(context, draftFor(kind, taught, issuer, first, issued_on), number)
  return new Response(pdf, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': 'inline; filename="preview.pdf"',
      'Cache-Control': 'no-store',
    },
  })
}

async function confirmation(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const { c, db, context } = call
  const shown = { ...call, query: values }
  const { class_id, kind, issued_on, valid_until } = asked(shown)
  const people = await judged(shown)
  const eligible = people.filter((person) => person.obstacle === null).length
  return (
    <ConfirmIssue
      frame={frameOf(c, inLanguage(c.get('lang'), title))}
      kind={kind}
      taught={await getIssuingClass(db, context.scope, class_id)}
      issuer_name={context.actor.organisation_name ?? ''}
      issued_on={issued_on}
      valid_until={valid_until ?? ''}
      eligible={eligible}
      left_out={people.length - eligible}
      reason={values.reason ?? ''}
      errors={faultsFor(c, refusal)}
    />
  )
}

/** Everybody in the class that is asked for, each with what is in the way. */
async function judged(call: Pick<PageCall, 'db' | 'context' | 'query'>) {
  const wanted = asked(call)
  const { id } = await getIssuingClass(call.db, call.context.scope, wanted.class_id)
  return judge(call.db, call.context, id, wanted)
}

/** What the address says; today and the kind that goes with the role where it says nothing. */
function asked({ context, query }: Pick<PageCall, 'context' | 'query'>) {
  const own: ClassKind = context.actor.role === 'assessor' ? 'skill_level' : 'completion'
  const day = (text: string | undefined) => (text && isLocalDate(text) ? text : null)
  return {
    class_id: z.uuid().safeParse(query.class).data ?? '00000000-0000-0000-0000-000000000000',
    kind: query.kind === 'completion' || query.kind === 'skill_level' ? query.kind : own,
    issued_on: day(query.issued_on) ?? localDate(context.now),
    valid_until: day(query.valid_until),
  }
}
