/** Pages about the program: what is in force, for administrators, and which program this is, for everybody. */
import { About } from '../../templates/reports/about.tsx'
import { Settings } from '../../templates/reports/settings.tsx'
import { frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { together } from '../platform/together.ts'
import { holidayYears } from '../platform/working-days.ts'
import { readDetails, readShipped } from './about.ts'
import { listNumbers, MASKS, readInForce, SIGN_IN_LIMITS } from './settings.ts'

export function aboutConsole(app: App): void {
  page(app, '/console/settings', 'setting.read', settings)
  page(app, '/console/about', 'session.own', about)
}

async function settings({ c, db, context }: PageCall) {
  const { publicUrl, singleSignOn, demo } = c.get('deps')
  const reading = together(db)
  const [numbers, { publicity, jobs }] = await Promise.all([
    listNumbers(reading),
    readInForce(reading, localDate(context.now)),
  ])
  return (
    <Settings
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '设置', en: 'Settings' }))}
      installation={{ public_url: publicUrl, single_sign_on: singleSignOn?.issuer ?? null, demo }}
      limits={SIGN_IN_LIMITS}
      masks={MASKS}
      numbers={numbers}
      publicity={publicity}
      jobs={jobs}
      holidays={holidayYears()}
    />
  )
}

async function about({ c, db, context }: PageCall) {
  const details = may(context.actor.role, 'setting.read') ? await readDetails(db, context) : null
  return (
    <About
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '关于', en: 'About' }))}
      shipped={await readShipped(context)}
      details={details}
    />
  )
}
