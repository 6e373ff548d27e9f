/** Pages of checking in: the code on the screen, what a trainee's phone shows, and a carer's own check-ins. */
import type { Context as Call } from 'hono'
import { CheckedIn, CheckIn } from '../../templates/training/check-in.tsx'
import { OwnCheckIns, SessionCode } from '../../templates/training/session-code.tsx'
import { requires } from '../access/guard.ts'
import { faultsFor, frameOf, page } from '../access/pages.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import { inLanguage, type Refusal } from '../platform/errors.ts'
import { type App, type Env, refusalFor } from '../platform/http.ts'
import { qrRuns } from '../platform/qr.ts'
import { listOwnCheckIns } from './check-in-queries.ts'
import { codeToShow } from './check-in-screen.ts'
import { checkIn } from './check-ins.ts'
import { getSession } from './member-queries.ts'
import { askingOf } from './phone.ts'
import { getClass } from './queries.ts'
import { shownSession } from './timetable-rules.ts'

export function checkInPages(app: App): void {
  page(app, '/console/sessions/:id/code', 'class.write', async ({ c, db, context, params }) => {
    const session = await getSession(db, context.scope, params.id!)
    const { digits, address } = await codeToShow(db, context, session)
    return (
      <SessionCode
        frame={titled(c, { zh: '扫码签到', en: 'Scan to check in' })}
        group={await getClass(db, context.scope, localDate(context.now), session.class_id)}
        session={shownSession(session, c.get('lang'))}
        digits={digits}
        qr={qrRuns(address)}
        page_address={`${context.public_url}/check-in`}
        present={session.present}
      />
    )
  })
  page(app, '/console/check-ins', 'record.own', async ({ c, db, context }) => {
    const items = await listOwnCheckIns(db, context.actor.person_id!)
    return (
      <OwnCheckIns
        frame={titled(c, { zh: '我的签到', en: 'My check-ins' })}
        items={items.map((item) => ({ ...item, at: localTime(item.at) }))}
      />
    )
  })
  for (const path of ['/c/:token', '/check-in']) {
    page(app, path, 'public', async ({ c }) => ask(c, {}))
    // no transaction around it: a wrong try must be counted although the call is refused
    app.post(path, requires('public', 'post', path), async (c) => {
      const sent = await c.req.parseBody()
      const text = (name: string) => (typeof sent[name] === 'string' ? sent[name].slice(0, 60) : '')
      const values = { code: text('code'), name: text('name'), id_last4: text('id_last4') }
      try {
        const done = await checkIn(askingOf(c), { ...values, code: c.req.param('token') ?? values.code })
        c.header('Cache-Control', 'no-store')
        const own_page = c.get('context')?.actor.role === 'carer'
        return c.html(<CheckedIn {...done} frame={titled(c, TITLE)} at={localTime(done.at)} own_page={own_page} />)
      } catch (error) {
        const refusal = refusalFor(c, error)
        if (!refusal) throw error
        return c.html(ask(c, values, refusal), refusal.status)
      }
    })
  }
}

const TITLE = { zh: '培训签到', en: 'Check in to a class' }

/** A phone gets its value with the form, so that it has it when it posts. */
function ask(c: Call<Env>, values: Record<string, string>, refusal?: Refusal) {
  c.header('Cache-Control', 'no-store')
  const { actor } = askingOf(c)
  return (
    <CheckIn
      frame={titled(c, TITLE)}
      action={c.req.path}
      asks_code={c.req.param('token') === undefined}
      signed_in={actor?.role === 'carer' ? actor.display_name : null}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}

function titled(c: Call<Env>, title: { zh: string; en: string }) {
  return frameOf(c, inLanguage(c.get('lang'), title))
}
