/** What the forms of an event send as text: judges one a line, a table of marks, awards with their counts. */

import type { z } from 'zod'
import { faultAt } from '../people/bulk.ts'
import { type Fault, refuseFaults } from '../platform/errors.ts'
import type { publicationShape } from './publication-shapes.ts'
import { AWARD_LINES, AWARDS, type Judge } from './rules.ts'
import type { NewScore, NewTime } from './score-shapes.ts'

type Sent = Record<string, unknown>

/** Names one a line, for the part chosen. */
export function enteredJudges(sent: Sent): Judge[] {
  const names = new Set(
    text(sent.names)
      .split(/[\n\t,，、]+/)
      .map((name) => name.trim()),
  )
  names.delete('')
  if (names.size === 0)
    refuseFaults([
      {
        pointer: '/names',
        code: 'judge.nobody',
        message: { zh: '请写上评委姓名，一行一位。', en: 'Give the names, one a line.' },
      },
    ])
  return [...names].map((name) => ({ part: partOf(sent), name: name.slice(0, 60) }))
}

/** Fields `marks.7.0` are the marks of the first judge for station 7, `marks.s7.0` for the sealed number 7; empty ones are left out. `names[i]` is the field of `items[i]`. */
export function enteredMarks(sent: Sent): { part: string; criterion: string; items: NewScore[]; names: string[] } {
  const part = partOf(sent)
  const criterion = text(sent.criterion)
  const filled = filledCells(sent, /^marks\.(s?)(\d+)\.(\d+)$/)
  return {
    part,
    criterion,
    items: filled.map(({ entry, column, value }) => ({
      ...{ ...entry, part, ...(criterion ? { criterion } : {}) },
      ...{ judge: text(sent[`judges.${column}`]), points: value },
    })),
    names: filled.map(({ name }) => name),
  }
}

/** Fields `times.7.practical` are seconds of station 7, `times.s7.practical` of the sealed number 7; empty ones are left out. `names[i]` is the field of `items[i]`. */
export function enteredTimes(sent: Sent): { items: NewTime[]; names: string[] } {
  const filled = filledCells(sent, /^times\.(s?)(\d+)\.(\w+)$/)
  return {
    items: filled.map(({ entry, column, value }) => ({ ...entry, part: column, seconds: value })),
    names: filled.map(({ name }) => name),
  }
}

/** Cells of a table by entry that are not empty, by a pattern of the `s` of sealed numbers, the number, and the column. */
function filledCells(sent: Sent, field: RegExp) {
  return Object.entries(sent).flatMap(([name, value]) => {
    const [, sealed, number, column] = field.exec(name) ?? []
    if (!number || !column || text(value) === '') return []
    return [{ name: name.replaceAll('.', '/'), entry: numbered(sealed, number), column, value: Number(text(value)) }]
  })
}

/** Points off and why, of the number by which the page knows the entry: `7`, or `s7` where lots were drawn. */
export function enteredPenalty(sent: unknown) {
  const { number = '', points, reason } = sent as Record<string, string>
  const [, sealed, digits] = /^(s?)(\d+)$/.exec(number) ?? []
  return { ...numbered(sealed, digits), points: points ? Number(points) : undefined, reason }
}

function numbered(sealed: string | undefined, digits: string | undefined) {
  return sealed ? { sealed_number: Number(digits) } : { station: Number(digits) }
}

/**
 * Awards in order, each with a number of ranks or a percent of the entries. Faults `award.count_invalid`, `award.percent_invalid`,
 * `award.both`, `award.name_missing`, `award.percent_too_many` by line.
 */
export function enteredAwards(sent: Sent): z.output<typeof publicationShape> {
  const cell = (line: number, field: string) => text(sent[`awards.${line}.${field}`])
  const lines = Array.from({ length: AWARD_LINES }, (_, line) => ({
    line,
    name: cell(line, 'name') || AWARDS[line]?.zh || '',
    count: cell(line, 'count'),
    percent: cell(line, 'percent'),
  })).filter(({ count, percent }) => (count && count !== '0') || percent)
  const given = (value: string) => (value ? Number(value) : 0)
  const shared = lines.reduce((sum, { percent }) => sum + given(percent), 0)
  refuseFaults([
    ...lines.flatMap(awardFaults),
    ...(shared > 100
      ? [
          faultAt(
            `/awards/${lines.findLast(({ percent }) => percent)!.line}/percent`,
            'award.percent_too_many',
            `各奖项比例合计 ${shared}%，不能超过 100%。`,
            `The shares add up to ${shared} %, more than 100 %.`,
          ),
        ]
      : []),
  ])
  const rounding = text(sent.rounding)
  return {
    awards: lines.map(({ name, count, percent }) =>
      percent ? { name, percent: Number(percent) } : { name, count: Number(count) },
    ),
    rounding: rounding === 'up' || rounding === 'half_up' ? rounding : 'down',
    ties: sent.ties === 'lower' ? 'lower' : 'joint',
    acknowledgement: text(sent.acknowledgement) || null,
  }
}

function awardFaults({
  line,
  name,
  count,
  percent,
}: {
  line: number
  name: string
  count: string
  percent: string
}): Fault[] {
  const at = `/awards/${line}`
  if (!name) return [faultAt(`${at}/name`, 'award.name_missing', '请写上奖项名称。', 'Give the name of the award.')]
  if (count && percent)
    return [
      faultAt(
        `${at}/percent`,
        'award.both',
        `${name}只能填名额或比例中的一个。`,
        `Give a number of ranks or a share for ${name}, not both.`,
      ),
    ]
  if (count && !(Number.isInteger(Number(count)) && Number(count) >= 1 && Number(count) <= 500))
    return [
      faultAt(
        `${at}/count`,
        'award.count_invalid',
        `${name}名额必须是 1–500 的整数。`,
        `The number of ranks of ${name} is a whole number from 1 to 500.`,
      ),
    ]
  if (percent && !(Number(percent) >= 0.01 && Number(percent) <= 100 && /^\d+(\.\d{1,2})?$/.test(percent)))
    return [
      faultAt(
        `${at}/percent`,
        'award.percent_invalid',
        `${name}比例必须在 0.01–100 之间、至多两位小数。`,
        `The share of ${name} is between 0.01 and 100 percent with at most two decimals.`,
      ),
    ]
  return []
}

function partOf(sent: Sent): string {
  return text(sent.part) || 'theory'
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
