/** Pages of issuing: choose a class or an event, see who gets a certificate, preview, confirm, watch the batch. */

import { z } from 'zod'
import { BatchPage } from '../../templates/credentials/batch.tsx'
import { ChooseClass } from '../../templates/credentials/choose.tsx'
import { ConfirmIssue } from '../../templates/credentials/confirm-issue.tsx'
import { Eligible } from '../../templates/credentials/issue.tsx'
import type { JobState } from '../../templates/parts.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { isLocalDate, localDate } from '../platform/calendar.ts'
import { inLanguage, type Lang, type Message, type Refusal, refuse } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { getAwardEvent, listAwardingEvents } from './award-queries.ts'
import { batchViews, firstOfBatch, getBatch } from './batch-queries.ts'
import { requestBatch } from './batches.ts'
import { previewAnswer } from './download.ts'
import { FILE_LIMITS } from './files.ts'
import { issuerOf } from './issue.ts'
import { listIssuingClasses, listPromotedEvents } from './issue-queries.ts'
import { newBatchShape } from './issue-shapes.ts'
import { type SubjectPerson, subjectOf, type Wish } from './issue-subject.ts'
import { previewPdf } from './print.ts'
import { type ClassKind, KINDS } from './rules.ts'

const title = { zh: '发证', en: 'Issue certificates' }
/** Certificates that the page of a batch shows; the list has them all. */
const SHOWN = 100

const batchForm = z.preprocess(filled(), newBatchShape)

export function issueConsole(app: App): void {
  page(app, '/console/certificates/new', 'certificate.issue', (call) =>
    call.query.class || call.query.event ? eligible(call) : choose(call),
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
    (call) => {
      const { class_id = '', event_id = '' } = call.values
      return confirmation(call, { ...call.values, class: class_id, event: event_id }, call.refusal)
    },
  )
  page(app, '/console/certificate-batches/:id', 'certificate.read', async ({ c, db, context, params }) => {
    const lang = c.get('lang')
    const batch = await getBatch(db, context.scope, params.id!)
    return (
      <BatchPage
        frame={frameOf(c, inLanguage(lang, title))}
        batch={{ ...batch, name: batch.class_name ?? batch.event_name ?? '' }}
        job={{
          ...batch,
          status: batch.status as JobState['status'],
          error: batch.error && inLanguage(lang, batch.error),
        }}
        certificates={await firstOfBatch(db, batch.id, SHOWN)}
        skipped={batch.skipped.map((one) => ({ ...one, message: inLanguage(lang, one.message) }))}
        limits={FILE_LIMITS}
        may_revoke={context.scope.kind === 'organisation' && may(context.actor.role, 'certificate.revoke')}
      />
    )
  })
}

async function choose(call: PageCall) {
  const { c, db, context } = call
  const kind = asked(call).kind as ClassKind
  const own = context.scope.kind === 'organisation'
  const events = await listAwardingEvents(db, context.scope)
  return (
    <ChooseClass
      frame={frameOf(c, inLanguage(c.get('lang'), title))}
      kind={kind}
      classes={own ? await listIssuingClasses(db, context.scope, kind) : []}
      events={own ? [] : events.filter(({ waiting }) => call.query.waiting !== 'true' || waiting > 0)}
      promoted={await listPromotedEvents(db, context.scope)}
      organiser={!own}
    />
  )
}

async function eligible(call: PageCall) {
  const { c, db, context } = call
  const wish = asked(call)
  const lang = c.get('lang')
  const subject = await subjectOf(db, context, wish)
  const { class_id, event_id } = wish
  const batches = await batchViews(db, context.scope, class_id ? { class_id } : { event_id: event_id! })
  return (
    <Eligible
      {...shown(wish, lang)}
      frame={frameOf(c, inLanguage(lang, title))}
      name={subject.name}
      from={subject.from}
      people={subject.people.map((person) => inWords(person, lang))}
      notices={subject.notices.map((one) => inLanguage(lang, one))}
      errors={faultsFor(c, subject.refusal)}
      batches={batches.filter(({ kind }) => kind === wish.kind)}
      today={localDate(context.now)}
    />
  )
}

async function preview(call: PageCall) {
  const { db, context } = call
  const subject = await subjectOf(db, context, asked(call))
  const sample = await subject.sample()
  if (!sample)
    refuse('conflict', 'certificate_batch.nobody', {
      zh: '没有可以发证的人，所以没有可预览的证书。',
      en: 'Nobody can get a certificate, so there is none to preview.',
    })
  return previewAnswer(await previewPdf(db, context, sample.issue, sample, sample.number))
}

async function confirmation(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const { c, db, context } = call
  const lang = c.get('lang')
  const wish = asked({ ...call, query: values })
  const subject = await subjectOf(db, context, wish)
  const eligible = subject.people.filter(({ obstacle }) => obstacle === null).length
  return (
    <ConfirmIssue
      {...shown(wish, lang)}
      frame={frameOf(c, inLanguage(lang, title))}
      name={subject.name}
      issuer_name={await issuerName(call, wish)}
      eligible={eligible}
      left_out={subject.people.length - eligible}
      notices={subject.notices.map((one) => inLanguage(lang, one))}
      reason={values.reason ?? ''}
      errors={faultsFor(c, refusal)}
    />
  )
}

/** Of an award it is the organiser, whose officers have no organisation of their own. */
async function issuerName({ db, context }: PageCall, { event_id, kind }: Wish): Promise<string> {
  if (kind !== 'award' || !event_id) return context.actor.organisation_name ?? ''
  const { organisation_id } = await getAwardEvent(db, context.scope, event_id)
  return (await issuerOf(db, organisation_id)).name
}

/** What of the wish a page puts into its links and fields. */
function shown({ class_id, event_id, kind, issued_on, valid_until }: Wish, lang: Lang) {
  return {
    ...{ class_id: class_id ?? '', event_id: event_id ?? '', kind, issued_on, valid_until: valid_until ?? '' },
    kind_name: inLanguage(lang, KINDS[kind]),
  }
}

function inWords({ what, obstacle, change, ...person }: SubjectPerson, lang: Lang) {
  const said = (message: Message | null | undefined) => (message ? inLanguage(lang, message) : null)
  return { ...person, what: said(what), obstacle: said(obstacle?.message), change: said(change) }
}

/** What the address says; today and the kind that goes with the role where it says nothing. */
function asked({ context, query }: Pick<PageCall, 'context' | 'query'>): Wish {
  const own = { assessor: 'skill_level', trainer: 'completion' }[context.actor.role as string] ?? 'award'
  const day = (text: string | undefined) => (text && isLocalDate(text) ? text : null)
  const id = (text: string | undefined) => z.uuid().safeParse(text).data ?? null
  const kind = query.kind && query.kind in KINDS ? query.kind : own
  return {
    class_id: id(query.class),
    event_id: id(query.event),
    // an address that mixes a class and an award is nobody's
    kind: (query.class && kind === 'award' ? 'completion' : kind) as Wish['kind'],
    issued_on: day(query.issued_on) ?? localDate(context.now),
    valid_until: day(query.valid_until),
  }
}
