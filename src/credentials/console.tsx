/** Pages of certificates: the list, one of them, revoking and replacing it. */

import { z } from 'zod'
import { CertificatePage } from '../../templates/credentials/certificate.tsx'
import { Replace, Revoke } from '../../templates/credentials/certificate-end.tsx'
import { Certificates } from '../../templates/credentials/certificates.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { searchIn } from '../access/searching.ts'
import { promotion } from '../competitions/promotions-console.tsx'
import { timelineOf } from '../history/queries.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import { inLanguage, type Lang, type Message, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { qrRuns } from '../platform/qr.ts'
import { replaceCertificate, revokeCertificate } from './actions.ts'
import { awardChangeOf } from './award-queries.ts'
import { issuesAward } from './awards.ts'
import { certificatesWorkbook } from './certificates-workbook.ts'
import { checksConsole } from './checks-console.tsx'
import { externalConsole } from './external-console.tsx'
import { filesConsole } from './files-console.tsx'
import { issueConsole } from './issue-console.tsx'
import { promotionCertificateShape } from './issue-shapes.ts'
import { layoutsConsole } from './layout-console.tsx'
import { lifeConsole } from './life-console.tsx'
import { lifeOf } from './life-queries.ts'
import { stepsOpen } from './life-rules.ts'
import { offlinePage } from './offline-page.tsx'
import { issuePromotion } from './promotions.ts'
import { getCertificate, listCertificates, listRegistryChecks } from './queries.ts'
import { listShape, replacementShape, revocationShape } from './shapes.ts'
import { signingKeysConsole } from './signing-keys-console.tsx'
import { verifyFilePages } from './verify-file-pages.tsx'
import { verifyPages } from './verify-pages.tsx'

const title = { zh: '证书', en: 'Certificates' }
const TABS: Record<string, z.input<typeof listShape>> = {
  valid: { status: 'valid' },
  expiring: { expiring_within_days: 30 },
  ending: { expiring_within_days: 90 },
  expired: { status: 'expired' },
  suspended: { status: 'suspended' },
  revoked: { status: 'revoked' },
  replaced: { status: 'replaced' },
}
const EVENTS: Record<string, Message> = {
  'certificate.issued': { zh: '签发', en: 'Issued' },
  'certificate.revoked': { zh: '撤销', en: 'Revoked' },
  'certificate.replaced': { zh: '换发', en: 'Replaced' },
  'certificate.restored': { zh: '撤回撤销', en: 'Revocation withdrawn' },
  'certificate.suspended': { zh: '暂停使用', en: 'Suspended' },
  'certificate.resumed': { zh: '恢复使用', en: 'Suspension lifted' },
  'certificate.continued': { zh: '延续有效期', en: 'Continued' },
  'certificate.registry_checked': { zh: '官方平台核验', en: 'Looked up in an official register' },
}

export function credentialsConsole(app: App): void {
  page(app, '/console/certificates', 'certificate.read', list)
  // before the record itself: “export”, “new” and “revocations” would be taken for an id
  page(app, '/console/certificates/export', 'certificate.read', ({ c, db, context, query }) =>
    certificatesWorkbook(db, context, wanted(query), c.get('lang')),
  )
  issueConsole(app)
  lifeConsole(app)
  form(
    app,
    '/console/promotions/:id/certificate',
    'promotion.decide',
    z.object({ issued_on: promotionCertificateShape.shape.issued_on }),
    async ({ tx, context, params, input }) => {
      const { id, number } = await issuePromotion(tx, context, params.id!, { ...input, valid_until: null })
      return {
        to: `/console/certificates/${id}`,
        flash: { zh: `已签发 ${number}。`, en: `${number} was issued.` },
      }
    },
    (call) => promotion(call, call.values, call.refusal),
  )
  page(app, '/console/certificates/:id', 'certificate.read', async ({ c, db, context, params }) => {
    const certificate = await getCertificate(db, context.scope, localDate(context.now), params.id!)
    const own =
      certificate.issuer_organisation_id === context.actor.organisation_id ||
      (await issuesAward(db, context, certificate))
    const may_end = own && ['valid', 'expired', 'suspended'].includes(certificate.status)
    const change = await awardChangeOf(db, certificate)
    return (
      <CertificatePage
        frame={frameOf(c, certificate.number)}
        certificate={certificate}
        qr={qrRuns(certificate.verify_url)}
        checks={await listRegistryChecks(db, certificate.id)}
        timeline={(await timelineOf(db, 'certificate', [certificate.id])).map((event) => asItem(event, c.get('lang')))}
        change={change && inLanguage(c.get('lang'), change.message)}
        life={await lifeOf(db, certificate.id)}
        steps={
          own && may(context.actor.role, 'certificate.revoke')
            ? stepsOpen(certificate.status, certificate.valid_until !== null)
            : []
        }
        may_end={may_end && may(context.actor.role, 'certificate.revoke')}
        may_open_person={context.actor.role !== 'assessor'}
      />
    )
  })
  page(app, '/console/certificates/:id/revocation', 'certificate.revoke', (call) => end(call, Revoke, {}))
  form(
    app,
    '/console/certificates/:id/revocation',
    'certificate.revoke',
    z.preprocess(filled(), revocationShape),
    async ({ tx, context, params, input }) => {
      const { id } = await revokeCertificate(tx, context, params.id!, input)
      return {
        to: `/console/certificates/${id}/cascade`,
        flash: { zh: '证书已撤销。', en: 'The certificate is revoked.' },
      }
    },
    (call) => end(call, Revoke, call.values, call.refusal),
  )
  page(app, '/console/certificates/:id/replacement', 'certificate.issue', (call) => end(call, Replace, {}))
  form(
    app,
    '/console/certificates/:id/replacement',
    'certificate.issue',
    z.preprocess(filled(), replacementShape),
    async ({ tx, context, params, input }) => {
      const { id } = await replaceCertificate(tx, context, params.id!, input)
      return { to: `/console/certificates/${id}`, flash: { zh: '已换发新证书。', en: 'A new certificate was issued.' } }
    },
    (call) => end(call, Replace, call.values, call.refusal),
  )
  layoutsConsole(app)
  filesConsole(app)
  signingKeysConsole(app)
  checksConsole(app)
  externalConsole(app)
  offlinePage(app)
  // before the tokens, of which `file` is none
  verifyFilePages(app)
  verifyPages(app)
}

async function list({ c, db, context, query }: PageCall) {
  const { number = '', name = '', level = '', kind = '', cursor } = query
  const tab = query.tab && TABS[query.tab] ? query.tab : ''
  const filter = { number, name, level, kind }
  const { items, next_cursor } = await listCertificates(
    db,
    context.scope,
    localDate(context.now),
    wanted(query, cursor),
  )
  const here = new URLSearchParams(searchIn(c)).toString()
  return (
    <Certificates
      frame={frameOf(c, inLanguage(c.get('lang'), title))}
      tab={tab}
      filter={filter}
      items={items}
      next={next_cursor && `/console/certificates?${new URLSearchParams({ ...searchIn(c), cursor: next_cursor })}`}
      may_issue={may(context.actor.role, 'certificate.issue')}
      within={within(query)}
      files={here ? `/console/certificate-files?${here}` : '/console/certificate-files'}
      workbook={here ? `/console/certificates/export?${here}` : '/console/certificates/export'}
      may_revoke={context.scope.kind === 'organisation' && may(context.actor.role, 'certificate.revoke')}
    />
  )
}

/** What of an address narrows the list without being typed into its filters. */
function within(query: Record<string, string>): Record<string, string> {
  const keys = ['batch_id', 'class_id', 'event_id', 'organisation_id']
  return Object.fromEntries(Object.entries(query).filter(([key, value]) => keys.includes(key) && value))
}

/** The filter that an address asks for; what it says wrongly is left out altogether. */
export function wanted(query: Record<string, string>, cursor?: string) {
  const { number, name, level, kind } = query
  const asked = { number, name, level, kind, ...within(query), ...TABS[query.tab ?? ''], cursor }
  const given = Object.entries(asked).filter(([, value]) => value)
  return listShape.safeParse(Object.fromEntries(given)).data ?? listShape.parse({})
}

/** The page that confirms what ends a certificate. */
async function end(
  { c, db, context, params }: PageCall,
  View: typeof Revoke,
  values: Record<string, string>,
  refusal?: Refusal,
) {
  const today = localDate(context.now)
  const certificate = await getCertificate(db, context.scope, today, params.id!)
  const frame = frameOf(c, certificate.number)
  return <View frame={frame} certificate={certificate} today={today} values={values} errors={faultsFor(c, refusal)} />
}

function asItem(event: { at: Date; kind: string; by: string; reason: string | null }, lang: Lang) {
  const name = EVENTS[event.kind]
  return {
    at: localTime(event.at),
    title: name ? inLanguage(lang, name) : event.kind,
    who: event.by,
    body: event.reason,
  }
}
