/** Pages of claims: those of a person with the form to file one, a carer's own, and correcting or withdrawing one. */
import { z } from 'zod'
import { ClaimCorrectionForm, ClaimsPage, ClaimWithdrawalForm } from '../../templates/allowances/claims.tsx'
import { filled } from '../access/form-fields.ts'
import { type FormCall, faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { getPerson } from '../people/queries.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { together } from '../platform/together.ts'
import { claimCorrectionShape, claimWithdrawalShape, type NewClaim, newClaimShape } from './claim-shapes.ts'
import { claimChoices, correctClaim, fileClaim, getClaim, listClaims, withdrawClaim } from './claims.ts'

const OWN = '/console/my-allowance-claims'
const MY_CLAIMS = { zh: '我的申领', en: 'My claims' }

export function claimsConsole(app: App): void {
  const shape = z.preprocess(toClaim, newClaimShape)
  page(app, '/console/people/:id/allowance-claims', 'entitlement.read', (call) => claims(call, call.params.id!))
  form(
    app,
    '/console/people/:id/allowance-claims',
    'claim.write',
    shape,
    (call) => file(call, call.params.id!),
    (call) => claims(call, call.params.id!, call),
  )
  page(app, OWN, 'record.own', (call) => claims(call, self(call.context)))
  form(
    app,
    OWN,
    'record.own',
    shape,
    (call) => file(call, self(call.context)),
    (call) => claims(call, self(call.context), call),
  )
  formPage(
    app,
    '/console/allowance-claims/:id/correction',
    'claim.write',
    z.preprocess(
      (sent) => ({ ...filled()(sent), note: (sent as { note?: string }).note || null }),
      claimCorrectionShape,
    ),
    async ({ tx, context, params, input }) => {
      const { person_id } = await correctClaim(tx, context, params.id!, input)
      return { to: listOf(context, person_id), flash: { zh: '申领已更正。', en: 'The claim is corrected.' } }
    },
    (call, retry) => claimPage(call, ClaimCorrectionForm, retry),
  )
  formPage(
    app,
    '/console/allowance-claims/:id/withdrawal',
    'claim.write',
    claimWithdrawalShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await withdrawClaim(tx, context, params.id!, input.reason)
      return { to: listOf(context, person_id), flash: { zh: '申领已撤回。', en: 'The claim is withdrawn.' } }
    },
    (call, retry) => claimPage(call, ClaimWithdrawalForm, retry),
  )
}

/** `what`, as the list of the form has it: scheme and component. */
function toClaim(sent: unknown) {
  const { what = '', ...rest } = filled()(sent)
  const [scheme_code, component] = String(what).split(' ')
  return { ...rest, scheme_code, component }
}

function self(context: Context): string {
  return context.actor.person_id ?? notFound(MY_CLAIMS)
}

function listOf(context: Context, person_id: string): string {
  return context.actor.person_id === person_id ? OWN : `/console/people/${person_id}/allowance-claims`
}

async function file({ tx, context, input }: FormCall<NewClaim>, person_id: string) {
  const { late, deadline } = await fileClaim(tx, context, person_id, input)
  return {
    to: listOf(context, person_id),
    flash: late
      ? {
          zh: `申领已登记，但已超过截止日 ${deadline}，如何处理由经办部门决定。`,
          en: `The claim is recorded, but after the deadline ${deadline}: the authority decides what follows.`,
        }
      : { zh: '申领已登记。', en: 'The claim is recorded.' },
  }
}

async function claims({ c, db, context }: PageCall, person_id: string, retry?: Retry) {
  const reading = together(db)
  const [person, choices, filed] = await Promise.all([
    getPerson(reading, context.scope, person_id, localDate(context.now)),
    may(context.actor.role, 'claim.write') ? claimChoices(reading, context, person_id) : [],
    listClaims(reading, context, person_id),
  ])
  const own = context.actor.person_id === person_id
  const lang = c.get('lang')
  return (
    <ClaimsPage
      frame={frameOf(c, own ? inLanguage(lang, MY_CLAIMS) : person.name)}
      person={person}
      here={listOf(context, person_id)}
      own={own}
      claims={filed.map((claim) => ({
        ...claim,
        mine: choices.length > 0 && claim.organisation_id === context.actor.organisation_id,
      }))}
      choices={choices.map(({ scheme_code, scheme_name, component, title, title_en }) => ({
        value: `${scheme_code} ${component}`,
        label: `${scheme_name} · ${lang === 'en' ? title_en : title}`,
      }))}
      values={retry?.values ?? { claimed_on: localDate(context.now) }}
      errors={faultsFor(c, retry?.refusal).map((fault) => ({
        ...fault,
        pointer: fault.pointer.replace(/^\/(component|scheme_code)$/, '/what'),
      }))}
    />
  )
}

async function claimPage({ c, db, context, params }: PageCall, Template: typeof ClaimCorrectionForm, retry?: Retry) {
  const claim = await getClaim(db, context.scope, params.id!)
  return (
    <Template
      frame={frameOf(c, claim.person_name)}
      claim={claim}
      back={listOf(context, claim.person_id)}
      values={{ claimed_on: claim.claimed_on, note: claim.note ?? '', ...retry?.values }}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
