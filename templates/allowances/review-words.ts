/** What was found odd, in words: the evidence of a finding as a sentence. */
import type { FindingKind } from '../../src/allowances/review-rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { words } from '../words.ts'
import { yuan } from './words.ts'

interface Evidence {
  account?: string | null
  others?: number
  people?: number
  people_before?: number
  fen?: number
  fen_before?: number
  attendance?: { name: string; days: number }[]
  days?: number
  on?: string
  runs?: { district: string }[]
}

export function evidenceWords(kind: FindingKind, evidence: unknown, lang: Lang): string {
  const w = words(lang)
  const found = evidence as Evidence
  const attended = (found.attendance ?? [])
    .map(({ name, days }) => w(`${name} ${days} 天`, `${name} ${days} days`))
    .join(w('，', ', '))
  switch (kind) {
    case 'shared_account':
      return w(
        `与另外 ${found.others} 人同为 ${found.account ?? '—'}`,
        `${found.account ?? '—'} is that of ${found.others} other(s) too`,
      )
    case 'overlapping_attendance':
    case 'left_before':
      return attended
    case 'too_many_days':
      return w(`${attended}，合计 ${found.days} 天`, `${attended}: ${found.days} days together`)
    case 'died':
      return w(`任职登记去世，${found.on} 起不在岗`, `an employment ends with death; not in post from ${found.on}`)
    case 'two_districts': {
      const districts = [...new Set(found.runs?.map(({ district }) => district))].join(w('、', ', '))
      return w(`${districts} 同月也发放`, `${districts} pays the month too`)
    }
    case 'sudden_rise':
      return w(
        `上月 ${found.people_before} 人 ${yuan(found.fen_before ?? 0)}，本月 ${found.people} 人 ${yuan(found.fen ?? 0)}`,
        `last month ${found.people_before} people ${yuan(found.fen_before ?? 0)}, this month ${found.people} people ${yuan(found.fen ?? 0)}`,
      )
  }
}
