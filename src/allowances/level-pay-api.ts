/** JSON routes of pay linked to level. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { monthShape, uuid } from '../people/fact-shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { wholeListOf } from '../training/shapes.ts'
import { recordBands, recordGuidance, recordLadder } from './level-pay.ts'
import { listGuidance, listLadders, listLevelPay, sumLevelPay } from './level-pay-queries.ts'
import * as shapes from './level-pay-shapes.ts'

const tag = 'allowances'
const reading = { permission: 'level_pay.read', tag } as const

export function levelPayApi(app: App): void {
  read(
    app,
    {
      ...reading,
      path: '/pay-guidances',
      name: 'listPayGuidances',
      summary: '等级薪酬指导 What divisions recommend to pay by level',
      answer: wholeListOf(shapes.guidanceShape),
    },
    async ({ db, context }) => ({ items: await listGuidance(db, localDate(context.now)) }),
  )
  write(
    app,
    {
      method: 'post',
      permission: 'pay_guidance.write',
      tag,
      path: '/pay-guidances',
      name: 'recordPayGuidance',
      summary: '登记等级薪酬指导 Record what a division recommends',
      body: shapes.newGuidanceShape,
      answer: shapes.guidanceShape,
      status: 201,
    },
    ({ tx, context, body }) => recordGuidance(tx, context, body),
  )
  read(
    app,
    {
      ...reading,
      path: '/pay-ladders',
      name: 'listPayLadders',
      summary: '机构等级薪酬表 What a facility promises its levels',
      query: z.object({ organisation_id: uuid }),
      answer: wholeListOf(shapes.ladderShape),
    },
    async ({ db, context, query }) => ({
      items: await listLadders(db, context.scope, query.organisation_id, localDate(context.now)),
    }),
  )
  write(
    app,
    {
      method: 'post',
      permission: 'level_pay.write',
      tag,
      path: '/pay-ladders',
      name: 'recordPayLadder',
      summary: '登记本机构等级薪酬表 Record what your facility promises',
      body: shapes.newLadderShape,
      answer: shapes.ladderShape,
      status: 201,
    },
    ({ tx, context, body }) => recordLadder(tx, context, body),
  )
  write(
    app,
    {
      method: 'post',
      permission: 'level_pay.write',
      tag,
      path: '/pay-bands',
      name: 'recordPayBands',
      summary: '填报本机构实发区间 Report between which amounts each level was paid',
      body: shapes.newBandsShape,
      answer: z.object({ changed: z.number().int().describe('levels written; 0: all was on record') }),
    },
    ({ tx, context, body }) => recordBands(tx, context, body),
  )
  read(
    app,
    {
      ...reading,
      path: '/level-pay',
      name: 'listLevelPay',
      summary: '等级薪酬：各机构 Pay linked to level, by facility',
      query: shapes.levelPayFilterShape,
      answer: listOf(shapes.facilityPayShape),
    },
    ({ db, context, query }) => listLevelPay(db, context.scope, query),
  )
  read(
    app,
    {
      ...reading,
      path: '/level-pay/districts',
      name: 'sumLevelPay',
      summary: '等级薪酬：各区县 Pay linked to level, by district',
      query: z.object({ month: monthShape, occupation_code: z.string().default('4-10-01-05') }),
      answer: wholeListOf(shapes.districtPayShape),
    },
    async ({ db, context, query }) => ({ items: await sumLevelPay(db, context.scope, query) }),
  )
}
