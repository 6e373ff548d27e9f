/** What the forms of an event send as text: judges one a line, a table of marks, awards with their counts. */

import type { z } from 'zod'
import { refuseFaults } from '../platform/errors.ts'
import type { publicationShape } from './publication-shapes.ts'
import { AWARDS, type Judge } from './rules.ts'
import type { NewScore } from './score-shapes.ts'

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
  const filled = Object.entries(sent).flatMap(([name, value]) => {
    const [, sealed, number, column] = /^marks\.(s?)(\d+)\.(\d+)$/.exec(name) ?? []
    if (!number || text(value) === '') return []
    const entry = sealed ? { sealed_number: Number(number) } : { station: Number(number) }
    const judge = text(sent[`judges.${column}`])
    return [{ name, item: { ...entry, part, ...(criterion ? { criterion } : {}), judge, points: Number(text(value)) } }]
  })
  return {
    part,
    criterion,
    items: filled.map(({ item }) => item),
    names: filled.map(({ name }) => name.replaceAll('.', '/')),
  }
}

/** Awards with a count, in order. */
export function enteredAwards(sent: Sent): z.output<typeof publicationShape> {
  const counted = AWARDS.map(({ zh }, index) => ({
    name: zh,
    count: Number(text(sent[`awards.${index}.count`]) || 0),
    index,
  }))
  refuseFaults(
    counted
      .filter(({ count }) => !Number.isInteger(count) || count < 0 || count > 500)
      .map(({ index, name }) => ({
        pointer: `/awards/${index}/count`,
        code: 'award.count_invalid',
        message: { zh: `${name}名额必须是 0–500 的整数。`, en: 'The number of ranks is a whole number from 0 to 500.' },
      })),
  )
  return {
    awards: counted.filter(({ count }) => count > 0).map(({ name, count }) => ({ name, count })),
    rounding: 'down',
    ties: sent.ties === 'lower' ? 'lower' : 'joint',
    acknowledgement: text(sent.acknowledgement) || null,
  }
}

function partOf(sent: Sent): string {
  return text(sent.part) || 'theory'
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
