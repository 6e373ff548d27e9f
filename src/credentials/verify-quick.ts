/** The two look-ups that scanners and other systems ask by the thousand, answered by the quick door: the same verdicts, the page from a stencil. */
import { markedChinese } from '../../templates/chinese.ts'
import type { PrintedFacts } from '../../templates/credentials/compare.tsx'
import { preferencesOf } from '../access/pages.ts'
import { stencil } from '../access/stencil.ts'
import { inLanguage } from '../platform/errors.ts'
import type { Deps } from '../platform/http.ts'
import type { QuickCall, QuickRoute } from '../platform/quick.ts'
import { gatheredLookUps } from './look-ups.ts'
import { verifyQueryShape } from './shapes.ts'
import { type Asking, limitLookUps, toldOf, type Verdict, verifyNumber, verifyToken } from './verify.ts'
import { printedFacts, verdictPage, verifyTitle } from './verify-pages.tsx'

export function quickLookUps(deps: Deps): QuickRoute[] {
  let shared: Omit<Asking, 'now'> | undefined
  // at the first call: a Worker has no database before one, and never comes here
  const askingAt = (now: Date) => {
    const db = deps.db(null as never)
    shared ??= { db, lookUps: gatheredLookUps(db), vault: deps.vault, limitRate: deps.limitRate }
    return { ...shared, now }
  }
  return [
    {
      route: '/api/v1/verify/:number',
      type: 'application/json; charset=UTF-8',
      answer: async ({ parameter, query, address, now }) => {
        const proof = query === null ? {} : verifyQueryShape.safeParse(Object.fromEntries(query)).data
        if (!proof || parameter.length > 60) return null
        const asking = askingAt(now)
        await limitLookUps(asking, address)
        return JSON.stringify(toldOf(await verifyNumber(asking, parameter, proof)))
      },
    },
    {
      route: '/v/:token',
      type: 'text/html; charset=UTF-8',
      answer: async (call) => {
        if (call.query || call.cookie.includes('huyu_flash')) return null
        const verdict = await verifyToken(askingAt(call.now), call.parameter, {})
        const facts = printedFacts(verdict, call.lang)
        return facts && drawn(call, verdict, facts)
      },
    },
  ]
}

const DIGEST = ['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7']
type Fill = (values: Record<string, string>) => string

const looks = new Map<string, Fill>()

/** What the page shows depends on the reader's choices, the status, and which of the facts there are. */
async function drawn(
  { parameter: token, lang, cookie }: QuickCall,
  verdict: Verdict,
  facts: PrintedFacts,
): Promise<string> {
  const preferences = preferencesOf(cookie)
  const { checked_at, ended_on, status } = verdict
  const { pdf_sha256, ...shown } = facts
  const digest = DIGEST.map((name, at) => [name, pdf_sha256!.slice(8 * at, 8 * at + 8)])
  const there = Object.entries({ ...shown, ended_on, checked_at, token }).filter(([, value]) => Boolean(value))
  const values = Object.fromEntries([...there, ...digest]) as Record<string, string>
  const look = JSON.stringify([lang, preferences, status, Object.keys(values)])
  const fill =
    looks.get(look) ??
    (await stencil(Object.keys(values), (blank) => {
      const frame = { title: inLanguage(lang, verifyTitle), lang, ...preferences, path: `/v/${blank.token}` }
      const blanks = Object.fromEntries(Object.keys(shown).map((name) => [name, blank[name] ?? null]))
      const printed = { ...blanks, pdf_sha256: DIGEST.map((name) => blank[name]).join('') } as PrintedFacts
      const told = {
        ...verdict,
        number: blank.number!,
        checked_at: blank.checked_at!,
        ended_on: blank.ended_on ?? null,
      }
      return verdictPage(frame, told, printed, blank.token)
    }))
  looks.set(look, fill)
  // what the register holds came into the blanks after the page was drawn
  return lang === 'en' ? markedChinese(fill(values)) : fill(values)
}
