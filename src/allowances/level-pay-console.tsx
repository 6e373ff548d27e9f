/** Pages of pay linked to level: a facility's own, what officers see of all, and the guidance. */

import { z } from 'zod'
import { LevelPay } from '../../templates/allowances/level-pay.tsx'
import { OwnLevelPay } from '../../templates/allowances/level-pay-own.tsx'
import { PayGuidance } from '../../templates/allowances/pay-guidance.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { listDistricts } from '../organisations/queries.ts'
import { RISING_LEVELS } from '../people/rules.ts'
import { addMonths, isMonth, localDate, monthOf } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { parseYuan } from '../platform/money.ts'
import { listOccupations } from '../training/queries.ts'
import { recordBands, recordGuidance, recordLadder } from './level-pay.ts'
import { divisionsIn, knownBands, listGuidance, listLadders, listLevelPay, sumLevelPay } from './level-pay-queries.ts'
import { levelPayFilterShape, newBandsShape, newGuidanceShape, newLadderShape } from './level-pay-shapes.ts'

const HERE = '/console/level-pay'
const TITLE = { zh: '等级薪酬', en: 'Pay by level' }
const CARER = '4-10-01-05'

export function levelPayConsole(app: App): void {
  page(app, HERE, 'level_pay.read', (call) => (call.context.actor.role === 'facility' ? own(call) : report(call)))
  form(
    app,
    `${HERE}/ladders`,
    'level_pay.write',
    z.preprocess(byLevel('steps', { monthly_yuan: 'monthly_fen' }), newLadderShape),
    async ({ tx, context, input }) => {
      const { linked } = await recordLadder(tx, context, input)
      return {
        to: `${HERE}?occupation_code=${input.occupation_code}`,
        flash: linked
          ? { zh: '等级薪酬表已登记：薪酬与等级挂钩。', en: 'Recorded: pay is linked to level.' }
          : {
              zh: '等级薪酬表已登记。至少两个等级且逐级提高，才算与等级挂钩。',
              en: 'Recorded. Pay counts as linked from two levels on, each promised more than the one below.',
            },
      }
    },
    (call) => own(call, call),
  )
  form(
    app,
    `${HERE}/bands`,
    'level_pay.write',
    z.preprocess(byLevel('bands', { low_yuan: 'low_fen', high_yuan: 'high_fen', people: 'people' }), newBandsShape),
    async ({ tx, context, input }) => {
      const { changed } = await recordBands(tx, context, input)
      return {
        to: `${HERE}?${new URLSearchParams({ occupation_code: input.occupation_code, month: input.month })}`,
        flash: {
          zh: changed ? `${input.month} 的实发区间已填报 ${changed} 个等级。` : `${input.month} 的数据没有变化。`,
          en: changed ? `${input.month}: ${changed} levels recorded.` : `${input.month}: nothing changed.`,
        },
      }
    },
    (call) => own(call, call),
  )
  page(app, `${HERE}/guidance`, 'level_pay.read', (call) => guidance(call))
  form(
    app,
    `${HERE}/guidance`,
    'pay_guidance.write',
    z.preprocess(byLevel('steps', { low_yuan: 'low_fen', high_yuan: 'high_fen' }), newGuidanceShape),
    async ({ tx, context, input }) => {
      const { division_name, effective_from } = await recordGuidance(tx, context, input)
      return {
        to: `${HERE}/guidance`,
        flash: {
          zh: `${division_name} ${effective_from} 起的指导已登记。`,
          en: `Recorded for ${division_name} from ${effective_from}.`,
        },
      }
    },
    (call) => guidance(call, call),
  )
}

/** `low_yuan_5=5000` … → `steps: [{ level: 5, low_fen: 500000 }]`; a level of which nothing was said is left out. */
function byLevel(name: 'steps' | 'bands', fields: Record<string, string>) {
  return (sent: unknown): Record<string, unknown> => {
    const given = filled()(sent)
    const said = RISING_LEVELS.filter((level) => Object.keys(fields).some((field) => `${field}_${level}` in given))
    const others = Object.entries(given).filter(([key]) => !/_[1-5]$/.test(key))
    const value = (field: string, text: unknown) =>
      field.endsWith('_yuan') ? (parseYuan(String(text)) ?? Number.NaN) : Number(text)
    return {
      ...Object.fromEntries(others),
      [name]: said.map((level) => ({
        level,
        ...Object.fromEntries(
          Object.entries(fields).flatMap(([field, key]) =>
            `${field}_${level}` in given ? [[key, value(field, given[`${field}_${level}`])]] : [],
          ),
        ),
      })),
    }
  }
}

/** Faults of the rows beside the fields they were typed in: `/bands/0/low_fen` → `/low_yuan_4`. */
function faultsByLevel(c: PageCall['c'], retry: Retry | undefined) {
  const said = RISING_LEVELS.filter((level) =>
    Object.keys(retry?.values ?? {}).some((key) => key.endsWith(`_${level}`) && retry?.values[key]),
  )
  return faultsFor(c, retry?.refusal).map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^\/(?:steps|bands)\/(\d+)\/(\w+)$/, (_, at: string, key: string) => {
      const field =
        key === 'level' ? (retry?.values.effective_from ? 'monthly_yuan' : 'low_yuan') : key.replace(/_fen$/, '_yuan')
      return `/${field}_${said[Number(at)]}`
    }),
  }))
}

function monthIn(call: PageCall, retry?: Retry): string {
  const asked = retry?.values.month ?? call.query.month ?? ''
  return isMonth(asked) ? asked : addMonths(monthOf(localDate(call.context.now)), -1)
}

async function own(call: PageCall, retry?: Retry) {
  const { c, db, context, query } = call
  const organisation_id = context.actor.organisation_id!
  const month = monthIn(call, retry)
  const ladders = await listLadders(db, context.scope, organisation_id, localDate(context.now))
  const occupation_code = retry?.values.occupation_code || query.occupation_code || ladders[0]?.occupation_code || CARER
  const asked = levelPayFilterShape.parse({ month, occupation_code, limit: 1 })
  const [facility] = (await listLevelPay(db, context.scope, asked)).items
  return (
    <OwnLevelPay
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      month={month}
      occupation_code={occupation_code}
      occupations={await listOccupations(db)}
      facility={facility ?? null}
      ladders={ladders.filter((one) => one.occupation_code === occupation_code)}
      reported={(await knownBands(db, organisation_id, { month, occupation_code })).length > 0}
      values={retry?.values ?? {}}
      errors={faultsByLevel(c, retry)}
      failed={retry ? (retry.values.effective_from === undefined ? 'bands' : 'ladder') : null}
    />
  )
}

async function report(call: PageCall) {
  const { c, db, context, query } = call
  const month = monthIn(call)
  const asked = levelPayFilterShape.catch(levelPayFilterShape.parse({ month, limit: 50 })).parse({
    ...filled()(query),
    month,
    limit: 50,
  })
  const list = await listLevelPay(db, context.scope, asked)
  const { cursor: _, limit: __, ...kept } = asked
  const path = (further: Record<string, string>) => {
    const given = Object.entries({ ...kept, ...further }).filter((pair): pair is [string, string] => !!pair[1])
    return `${HERE}?${new URLSearchParams(given)}`
  }
  return (
    <LevelPay
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      filter={asked}
      occupations={await listOccupations(db)}
      districts={await listDistricts(db, context.scope)}
      sums={await sumLevelPay(db, context.scope, asked)}
      items={list.items}
      next={list.next_cursor && path({ cursor: list.next_cursor })}
      first={asked.cursor ? path({}) : null}
      of_district={(district_code) => path({ district_code })}
    />
  )
}

async function guidance({ c, db, context }: PageCall, retry?: Retry) {
  return (
    <PayGuidance
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      items={await listGuidance(db, localDate(context.now))}
      occupations={await listOccupations(db)}
      divisions={may(context.actor.role, 'pay_guidance.write') ? await divisionsIn(db, context.scope) : null}
      values={retry?.values ?? {}}
      errors={faultsByLevel(c, retry)}
    />
  )
}
