/** JSON routes of check-ins: by a person with a code, by the teacher by hand, the code itself, and what came in. */
import type { Context as Call } from 'hono'
import type { z } from 'zod'
import { described, read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { listCheckIns, listOverlaps } from './check-in-queries.ts'
import { flagsOf } from './check-in-rules.ts'
import { codeToShow, enterCheckIns } from './check-in-screen.ts'
import * as shapes from './check-in-shapes.ts'
import { checkIn } from './check-ins.ts'
import { getSession } from './member-queries.ts'
import { askingOf } from './phone.ts'
import { checkInsShape, recordedShape } from './shapes.ts'

const tag = 'training'

export function checkInsApi(app: App): void {
  // no transaction around it: a wrong try must be counted although the call is refused
  app.openapi(
    described(
      {
        path: '/check-ins',
        permission: 'public',
        name: 'checkIn',
        tag,
        summary: '签到 Check in with the code of a session',
        body: shapes.checkingInShape,
        answer: shapes.checkedInShape,
      },
      'post',
      200,
    ),
    (async (c: Call<Env>) => {
      const body = (c.req.valid as (part: string) => z.output<typeof shapes.checkingInShape>)('json')
      return c.json(await checkIn(askingOf(c), body))
    }) as never,
  )
  write(
    app,
    {
      method: 'post',
      permission: 'class.write',
      tag,
      path: '/sessions/{id}/check-ins',
      name: 'enterCheckIns',
      summary: '登记签到，记满学时 Enter people as present for the whole session',
      params: idShape,
      body: checkInsShape,
      answer: recordedShape,
    },
    ({ tx, context, params, body }) => enterCheckIns(tx, context, params.id, body.person_ids, body.reason),
  )
  read(
    app,
    {
      permission: 'class.read',
      tag,
      path: '/sessions/{id}/check-ins',
      name: 'listCheckIns',
      summary: '签到情况 Who has checked in, and what looks like a forwarded code',
      params: idShape,
      answer: shapes.sessionCheckInsShape,
    },
    async ({ c, db, context, params }) => {
      await getSession(db, context.scope, params.id)
      const items = await listCheckIns(db, params.id)
      const flags = flagsOf(items, await listOverlaps(db, context.scope, params.id))
      return {
        items: items.map(({ enrolment_id, person_name, at, how }) => ({ enrolment_id, person_name, at, how })),
        flags: flags.map((flag) => ({ ...flag, message: inLanguage(c.get('lang'), flag.message) })),
      }
    },
  )
  read(
    app,
    {
      permission: 'class.write',
      tag,
      path: '/sessions/{id}/check-in-code',
      name: 'getCheckInCode',
      summary: '签到码 The code to show now',
      params: idShape,
      answer: shapes.checkInCodeShape,
    },
    async ({ db, context, params }) => {
      const session = await getSession(db, context.scope, params.id)
      const { digits, address, ends_at, opens_at, closes_at } = await codeToShow(db, context, session)
      return { digits, address, ends_at, opens_at, closes_at }
    },
  )
}
