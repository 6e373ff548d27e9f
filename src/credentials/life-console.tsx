/** Pages of what becomes of certificates: each step with its form, and revoking many by one decision. */

import { z } from 'zod'
import { StepPage } from '../../templates/credentials/certificate-life.tsx'
import { DecisionPage } from '../../templates/credentials/revocation-decision.tsx'
import { REVOCATIONS, Revocations } from '../../templates/credentials/revocations.tsx'
import { filled } from '../access/form-fields.ts'
import { type FormCall, faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may, type Permission } from '../access/rules.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import { inLanguage, type Message, type Refusal, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { faultsOf } from '../platform/shape-faults.ts'
import { continueCertificate } from './continuations.ts'
import { type DecisionRow, getDecision, listDecisions, listRevoked } from './life-queries.ts'
import { STEPS, type Step } from './life-rules.ts'
import {
  continuationShape,
  nameCorrectionShape,
  restorationShape,
  resumptionShape,
  revocationCheckShape,
  revocationDecisionShape,
  suspensionShape,
} from './life-shapes.ts'
import { correctCertificate, holderOf } from './name-corrections.ts'
import { getCertificate } from './queries.ts'
import { restoreCertificates } from './restorations.ts'
import { planRevocations, revokeCertificates } from './revocations.ts'
import { resumeCertificate, suspendCertificate } from './suspensions.ts'

const title = { zh: '批量撤销', en: 'Revoke many' }
const DECISION = `${REVOCATIONS}/:id`

export function lifeConsole(app: App): void {
  revocations(app)
  step(app, 'suspension', 'certificate.revoke', suspensionShape, ({ tx, context, params, input }) =>
    suspendCertificate(tx, context, params.id!, input),
  )
  step(app, 'resumption', 'certificate.revoke', resumptionShape, ({ tx, context, params, input }) =>
    resumeCertificate(tx, context, params.id!, input),
  )
  step(app, 'restoration', 'certificate.revoke', restorationShape, async ({ tx, context, params, input }) => {
    await restoreCertificates(tx, context, { certificate_id: params.id! }, input)
    return { id: params.id! }
  })
  step(app, 'name-correction', 'certificate.issue', nameCorrectionShape, ({ tx, context, params, input }) =>
    correctCertificate(tx, context, params.id!, input),
  )
  step(app, 'continuation', 'certificate.issue', continuationShape, ({ tx, context, params, input }) =>
    continueCertificate(tx, context, params.id!, input),
  )
}

const DONE: Record<Step, Message> = {
  suspension: { zh: '证书已暂停使用。', en: 'The certificate is suspended.' },
  resumption: { zh: '证书已恢复使用。', en: 'The suspension is lifted.' },
  restoration: { zh: '撤销已撤回，证书恢复有效。', en: 'The revocation is withdrawn; the certificate is valid.' },
  'name-correction': { zh: '已签发更正后的新证书。', en: 'A corrected certificate was issued.' },
  continuation: { zh: '有效期已延续。', en: 'The certificate was continued.' },
}
/** What it does to money is seen on the page of what rests on the certificate. */
const MONEY: Step[] = ['suspension', 'resumption', 'restoration']

function step<S extends z.ZodType>(
  app: App,
  name: Step,
  permission: Permission,
  shape: S,
  act: (call: FormCall<z.output<S>>) => Promise<{ id: string }>,
): void {
  const path = `/console/certificates/:id/${name}`
  page(app, path, permission, (call) => stepPage(call, name, {}))
  form(
    app,
    path,
    permission,
    z.preprocess(filled(), shape),
    async (call) => {
      const { id } = await act(call as FormCall<z.output<S>>)
      return { to: `/console/certificates/${id}${MONEY.includes(name) ? '/cascade' : ''}`, flash: DONE[name] }
    },
    (call) => stepPage(call, name, call.values, call.refusal),
  )
}

async function stepPage(
  { c, db, context, params }: PageCall,
  name: Step,
  values: Record<string, string>,
  refusal?: Refusal,
) {
  const today = localDate(context.now)
  const certificate = await getCertificate(db, context.scope, today, params.id!)
  const frame = frameOf(c, inLanguage(c.get('lang'), STEPS[name]))
  const holder = name === 'name-correction' ? await holderOf(db, certificate) : null
  return <StepPage {...{ frame, step: name, certificate, holder, today, values }} errors={faultsFor(c, refusal)} />
}

/** Numbers come pasted, one a line, or ticked in a list. */
const pasted = z.union([z.string().max(700_000), z.array(z.string().max(60)).max(10_000)]).transform((sent) =>
  [sent]
    .flat()
    .flatMap((text) => text.split(/[\s,，;；]+/))
    .filter((text) => /\d/.test(text)),
)
const decisionForm = z.preprocess(
  filled(),
  z.object({
    numbers: pasted.optional().transform((numbers) => numbers ?? []),
    reason_code: revocationCheckShape.shape.reason_code.default('fraud'),
    effective_on: revocationCheckShape.shape.effective_on,
    reason: z.string().max(500).optional(),
    decision_reference: z.string().max(100).optional(),
    /** how many the page said could be revoked when it was checked */
    checked: z.coerce.number().int().optional(),
  }),
)
type DecisionInput = z.output<typeof decisionForm>

function revocations(app: App): void {
  page(app, REVOCATIONS, 'certificate.read', async (call) => {
    // from the page of a class or batch: its certificates, as numbers that can be looked through
    const { class_id, batch_id } = call.query
    const asked = revocationCheckShape.safeParse({ class_id, batch_id, reason_code: 'fraud' }).data
    if (!asked || !may(call.context.actor.role, 'certificate.revoke')) return revocationsPage(call, {})
    const { revocable } = await planRevocations(call.db, call.context, asked)
    return revocationsPage(call, { numbers: revocable.map(({ number }) => number).join('\n') })
  })
  form(
    app,
    REVOCATIONS,
    'certificate.revoke',
    decisionForm,
    async (call) => {
      const { tx, context, input } = call
      if (input.checked === undefined || input.numbers.length !== input.checked) return checkPage(call, input)
      const { checked: _, ...asked } = input
      const { id } = await revokeCertificates(tx, context, parsed(revocationDecisionShape, asked))
      return {
        to: DECISION.replace(':id', id),
        flash: {
          zh: `已撤销 ${input.numbers.length} 张证书。`,
          en: `${input.numbers.length} certificates were revoked.`,
        },
      }
    },
    (call) => revocationsPage(call, call.values, null, call.refusal),
  )
  page(app, DECISION, 'certificate.read', (call) => decisionPage(call, {}))
  form(
    app,
    `${DECISION}/restoration`,
    'certificate.revoke',
    restorationShape,
    async ({ tx, context, params, input }) => {
      const { restored } = await restoreCertificates(tx, context, { decision_id: params.id! }, input)
      return {
        to: DECISION.replace(':id', params.id!),
        flash: { zh: `已恢复 ${restored} 张证书。`, en: `${restored} certificates were restored.` },
      }
    },
    (call) => decisionPage(call, call.values, call.refusal),
  )
}

/** The form is looser than the shape: what is missing is asked for once the numbers were checked. */
function parsed<S extends z.ZodType>(shape: S, input: unknown): z.output<S> {
  const { data, error } = shape.safeParse(input)
  if (error) refuseFaults(faultsOf(error.issues))
  return data as z.output<S>
}

/** The page again with what can be revoked; what cannot is named and no longer on the list. */
async function checkPage(
  { c, tx, context, input }: FormCall<DecisionInput>,
  { numbers, reason_code, effective_on, ...words }: DecisionInput,
) {
  const asked = parsed(revocationCheckShape, { numbers, reason_code, effective_on })
  const { revocable, left_out, faults } = await planRevocations(tx, context, asked)
  const lang = c.get('lang')
  const plan = {
    revocable: faults.length > 0 ? 0 : revocable.length,
    left_out: [...faults.map((fault) => ({ number: null, fault })), ...left_out].map(({ number, fault }) => ({
      number,
      message: inLanguage(lang, fault.message),
    })),
  }
  const kept = faults.length > 0 ? input.numbers : revocable.map(({ number }) => number)
  const values = {
    numbers: kept.join('\n'),
    reason_code,
    ...(effective_on && { effective_on }),
    ...(words.reason && { reason: words.reason }),
    ...(words.decision_reference && { decision_reference: words.decision_reference }),
  }
  return revocationsPage({ c, db: tx, context, params: {}, query: {} }, values, plan)
}

async function revocationsPage(
  { c, db, context }: PageCall,
  values: Record<string, string>,
  plan: { revocable: number; left_out: { number: string | null; message: string }[] } | null = null,
  refusal?: Refusal,
) {
  return (
    <Revocations
      frame={frameOf(c, inLanguage(c.get('lang'), title))}
      today={localDate(context.now)}
      values={values}
      errors={faultsFor(c, refusal)}
      plan={plan}
      decisions={(await listDecisions(db, context.scope)).map(shown)}
      may_revoke={may(context.actor.role, 'certificate.revoke')}
    />
  )
}

async function decisionPage({ c, db, context, params }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const decision = await getDecision(db, context.scope, params.id!)
  return (
    <DecisionPage
      frame={frameOf(c, decision.decision_reference)}
      decision={shown(decision)}
      items={await listRevoked(db, decision.id, localDate(context.now))}
      may_restore={may(context.actor.role, 'certificate.revoke')}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}

function shown(decision: DecisionRow) {
  return { ...decision, decided_on: localTime(decision.decided_at) }
}
