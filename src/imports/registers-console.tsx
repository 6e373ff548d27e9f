/** The page that downloads the register. */
import { z } from 'zod'
import { Registers } from '../../templates/imports/registers.tsx'
import { requires } from '../access/guard.ts'
import { faultsFor, frameOf, type PageCall, page, pageCall } from '../access/pages.ts'
import { inLanguage, type Refusal, refuseFaults } from '../platform/errors.ts'
import { type App, refusalFor } from '../platform/http.ts'
import { faultsOf } from '../platform/shape-faults.ts'
import { KINDS } from './kinds.ts'
import { download } from './registers.ts'
import { fullRegisterShape } from './shapes.ts'

const PATH = '/console/registers'
const shape = fullRegisterShape.partial({ reason: true }).strip()

export function registersConsole(app: App): void {
  page(app, PATH, 'person.export', async (call) => registersPage(call, call.query))
  // not by `form`: what it answers is a file
  app.post(PATH, requires('person.export', 'post', PATH), async (c) => {
    const sent = z
      .record(z.string(), z.string())
      .catch({})
      .parse(await c.req.parseBody())
    try {
      const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value.trim() !== ''))
      const parsed = shape.safeParse(given)
      if (!parsed.success) refuseFaults(faultsOf(parsed.error.issues))
      return await download(c.get('db'), c.get('context'), parsed.data!)
    } catch (error) {
      const refusal = refusalFor(c, error)
      if (!refusal) throw error
      return c.html(await registersPage(await pageCall(c), sent, refusal), refusal.status)
    }
  })
}

async function registersPage({ c }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const lang = c.get('lang')
  return (
    <Registers
      frame={frameOf(c, inLanguage(lang, { zh: '名册导出', en: 'Download the register' }))}
      kinds={Object.values(KINDS).flatMap(({ kind, title, register }) =>
        register ? [{ value: kind, label: inLanguage(lang, title) }] : [],
      )}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}
