/** Every role on every route: who may not is refused before anything is read, who may is never refused for the role. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { declaredPermissions } from '../../src/access/guard.ts'
import { may } from '../../src/access/rules.ts'
import { registerPeople } from '../../src/people/actions.ts'
import type { Role } from '../../src/platform/context.ts'
import { PASSWORD, type World, world } from '../support/world.ts'

const ROLE_ACCOUNTS: Record<Role, string> = {
  admin: 'admin',
  trainer: 'trainer',
  assessor: 'assessor',
  facility: 'facility',
  district: 'district',
  township: 'township',
  health: 'health',
  finance: 'finance',
  auditor: 'auditor',
  carer: 'carer',
}
/** Answer 401 to a wrong password, or send on to the console. */
const SIGN_IN = ['POST /api/v1/session', 'POST /console/sign-in']
/** Answered by middleware of the platform, for anybody. */
const OPEN = ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs']

let w: World
beforeAll(async () => {
  w = await world()
  const context = await w.context('trainer')
  const carer = {
    name: '王小芳',
    id_type: 'resident_id' as const,
    id_number: '109901197203150228',
    workforce: 'elder_care' as const,
  }
  await w.db.transaction().execute(async (tx) => {
    const [person] = await registerPeople(tx, context, [carer])
    const account = {
      username: 'carer',
      display_name: '王小芳',
      role: 'carer' as const,
      password: PASSWORD,
      person_id: person!.id,
    }
    await addAccount(tx, context, account)
  })
})
afterAll(() => w.close())

test('every route declares a permission', () => {
  const routes = new Set(
    w.app.routes
      .filter((route) => route.method !== 'ALL' && !OPEN.includes(route.path))
      .map((route) => `${route.method} ${route.path.replace(/\{\.\+\\(\.\w+)\}/g, '$1')}`),
  )
  const declared = new Set([...declaredPermissions.keys()].map((key) => key.replaceAll(/\{(\w+)\}/g, ':$1')))
  expect([...routes].filter((route) => !declared.has(route))).toEqual([])
})

describe('every role on every route', () => {
  const attempts = async (username: string | null) => {
    const client = w.as(username)
    const answers: { route: string; permission: string; status: number }[] = []
    for (const [route, permission] of declaredPermissions) {
      const [method = '', path = ''] = route.split(' ')
      if (route === 'DELETE /api/v1/session' || route === 'POST /console/sign-out') continue
      const address = path.replaceAll(/[{:]\w+\}?/g, '00000000-0000-7000-8000-00000000ffff')
      const isConsole = !path.startsWith('/api/')
      const response = await client.send(method, address, {
        headers: {
          'content-type': isConsole ? 'application/x-www-form-urlencoded' : 'application/json',
          'idempotency-key': crypto.randomUUID(),
        },
        ...(method === 'GET' ? {} : { body: isConsole ? '' : '{}' }),
      })
      await response.body?.cancel()
      answers.push({ route, permission, status: response.status })
    }
    return answers
  }

  test('signed out: 401, or the way to the door, everywhere but on public routes', async () => {
    const wrong = (await attempts(null)).filter(({ route, permission, status }) => {
      const refused = status === 401 || (status === 303 && route.startsWith('GET /console'))
      return permission === 'public' ? refused && !SIGN_IN.includes(route) : !refused
    })
    expect(wrong).toEqual([])
  })

  test.each(Object.entries(ROLE_ACCOUNTS))('%s', async (role, username) => {
    const answers = await attempts(username)
    expect(answers.length).toBeGreaterThan(20)
    const wrong = answers.filter(({ permission, status, route }) => {
      if (permission === 'public') return status === 403 || (status === 401 && !SIGN_IN.includes(route))
      return (status === 403) === may(role as Role, permission as never) || status === 401
    })
    expect(wrong).toEqual([])
  })

  test('no attempt was an internal fault', () => expect(w.faults).toEqual([]))
})
