/** Vocabulary of competitions, when an event is ready for the next step, and what its constraints mean. */
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import type { Marked } from './ranking.ts'

export const TIERS = {
  national: { zh: '国家级', en: 'National' },
  province: { zh: '省级', en: 'Provincial' },
  city: { zh: '市级', en: 'City' },
  district: { zh: '区县级', en: 'District' },
} satisfies Record<string, Message>

export const PARTS = {
  theory: { zh: '理论', en: 'Theory' },
  practical: { zh: '实操', en: 'Practical' },
} satisfies Record<string, Message>
export type Part = keyof typeof PARTS

/** The awards the console offers; their names are printed in Chinese. */
export const AWARDS: Message[] = [
  { zh: '一等奖', en: 'First prize' },
  { zh: '二等奖', en: 'Second prize' },
  { zh: '三等奖', en: 'Third prize' },
]

/** Parts that count: a part of weight 0 is not marked. */
export function partsOf(theoryWeight: number): Part[] {
  return [...(theoryWeight > 0 ? (['theory'] as const) : []), ...(theoryWeight < 100 ? (['practical'] as const) : [])]
}

export interface Judge {
  part: Part
  name: string
}
export interface Entry {
  id: string
  station: number
}
export interface Score {
  entry_id: string
  part: Part
  judge: string
  points: number
}
export interface MissingScore extends Judge {
  station: number
}

/** Marks that are still to come: every judge of a part marks every entry. */
export function missingScores(entries: Entry[], judges: Judge[], scores: Score[]): MissingScore[] {
  const given = new Set(scores.map(({ entry_id, part, judge }) => `${entry_id} ${part} ${judge}`))
  return entries.flatMap(({ id, station }) =>
    judges.filter(({ part, name }) => !given.has(`${id} ${part} ${name}`)).map((judge) => ({ ...judge, station })),
  )
}

/** The marks of each entry, as they are ranked. */
export function marked(entries: Entry[], scores: Score[]): Marked[] {
  const of = (id: string, part: Part) =>
    scores.filter((score) => score.entry_id === id && score.part === part).map(({ points }) => points)
  return entries.map(({ id }) => ({ entry_id: id, theory: of(id, 'theory'), practical: of(id, 'practical') }))
}

export const TIE_RULE: Message = {
  zh: '同一部分有 5 名及以上评委时，去掉一个最高分和一个最低分，其余取平均；总分按权重合成，不作四舍五入。总分相同，实操高者在前；仍相同则名次并列，后面的名次依次顺延。',
  en: 'With five judges or more on a part, one highest and one lowest mark are left out and the rest averaged; the weighted total is not rounded. Equal totals: the higher practical mark is better; equal there too: a shared rank.',
}

export const constraints: Constraints = {
  competitions_name_key: {
    code: 'competition.name_taken',
    message: {
      zh: '已有同名的竞赛，请在名称里写明年份或届次。',
      en: 'A competition of this name exists; add its year or number.',
    },
  },
  competition_events_competition_id_name_key: {
    code: 'event.name_taken',
    message: { zh: '本次竞赛已有同名的项目。', en: 'The competition already has an event of this name.' },
  },
  competition_entries_event_id_station_key: {
    code: 'entry.station_taken',
    message: { zh: '这个工位号已经抽给别人，请核对抽签记录。', en: 'This station is somebody else’s; check the draw.' },
  },
}
