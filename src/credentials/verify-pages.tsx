/** Public pages of the look-up: the form, and the answer for a number or for whoever scanned the QR code. */
import type { Context as Call } from 'hono'
import type { PrintedFacts } from '../../templates/credentials/compare.tsx'
import { LookUp } from '../../templates/credentials/look-up.tsx'
import { Verdict as VerdictPage } from '../../templates/credentials/verify.tsx'
import type { PublicFrame } from '../../templates/layout.tsx'
import { addressOf } from '../access/api.ts'
import { requires } from '../access/guard.ts'
import { frameOf, type Html, page } from '../access/pages.ts'
import { LEVELS } from '../people/rules.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { KINDS } from './rules.ts'
import { askingOf, limitLookUps, type Verdict, verifyNumber, verifyToken } from './verify.ts'

export const verifyTitle = { zh: '证书查验', en: 'Verify a certificate' }

export function verifyPages(app: App): void {
  page(app, '/v', 'public', async ({ c, query }) => <LookUp frame={publicFrame(c)} values={{ number: query.number }} />)
  page(app, '/verify/:number', 'public', async ({ c, params }) =>
    c.redirect(`/v?number=${encodeURIComponent(params.number!)}`),
  )
  page(app, '/v/:token', 'public', async ({ c, params }) => {
    const verdict = await verifyToken(askingOf(c), params.token!, {})
    return answer(c, verdict, params.token)
  })
  app.post('/v', requires('public', 'post', '/v'), async (c) => {
    const { name, id_last_four, ...sent } = await sentTexts(c)
    const number = sent.number || c.req.query('number')?.trim() || ''
    if (number === '')
      return c.html(<LookUp frame={publicFrame(c)} values={{ name }} errors={missingNumber(c.get('lang'))} />, 422)
    await limitLookUps(askingOf(c), addressOf(c))
    const verdict = await verifyNumber(askingOf(c), number, { name, id_last4: id_last_four })
    return c.html(answer(c, verdict))
  })
  app.post('/v/:token', requires('public', 'post', '/v/:token'), async (c) => {
    const { name, id_last_four } = await sentTexts(c)
    await limitLookUps(askingOf(c), addressOf(c))
    const verdict = await verifyToken(askingOf(c), c.req.param('token'), { name, id_last4: id_last_four })
    return c.html(answer(c, verdict, c.req.param('token')))
  })
}

function answer(c: Call<Env>, verdict: Verdict, token?: string) {
  // what is true now must not be shown from a cache when it is no longer
  c.header('Cache-Control', 'no-store')
  return verdictPage(publicFrame(c), verdict, printedFacts(verdict, c.get('lang')), token)
}

/** With the token of the QR code for whoever scanned it, so that the credential can be taken along. */
export function verdictPage(
  frame: PublicFrame,
  { kind, number, ...verdict }: Omit<Verdict, 'printed'>,
  printed: PrintedFacts | null,
  token?: string,
): Html {
  const kind_name = kind && inLanguage(frame.lang, KINDS[kind])
  const action = token ? `/v/${encodeURIComponent(token)}` : `/v?number=${encodeURIComponent(number)}`
  return <VerdictPage {...verdict} {...{ frame, kind_name, printed, action, token }} number={number || null} />
}

export function printedFacts({ printed }: Verdict, lang: Lang): PrintedFacts | null {
  return printed && { ...printed, level: printed.level ? inLanguage(lang, LEVELS[printed.level]!) : null }
}

function publicFrame(c: Call<Env>) {
  return frameOf(c, inLanguage(c.get('lang'), verifyTitle))
}

async function sentTexts(c: Call<Env>) {
  const sent = await c.req.parseBody()
  const text = (name: string) =>
    String(sent[name] ?? '')
      .trim()
      .slice(0, 60)
  return { number: text('number'), name: text('name'), id_last_four: text('id_last_four') }
}

function missingNumber(lang: Lang) {
  const message = {
    zh: '请填写证书编号，或扫证书上的二维码。',
    en: 'Enter the certificate number, or scan the QR code on the certificate.',
  }
  return [{ pointer: '/number', message: inLanguage(lang, message) }]
}
