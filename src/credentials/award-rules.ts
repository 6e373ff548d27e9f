/** What an award on paper says, who gets none and why, and what a corrected ranking means for one that was issued. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Message } from '../platform/errors.ts'
import { ERASED, type Obstacle } from './rules.ts'

/** What an entry has by one publication of the ranking; null where it has no rank in it, or no award. */
export interface Standing {
  revision: number
  rank: number | null
  award: string | null
}

/** What a publication after the issue means: the award is lost, is another one, or only the rank is. */
export interface AwardChange {
  code: 'award.lost' | 'award.changed' | 'award.rank_changed'
  /** what happened and what to do, or that nothing need be done */
  message: Message
}

/** Null while the certificate says what the entry has now. */
export function awardChange(issued: Standing, now: Standing): AwardChange | null {
  if (issued.award === now.award && issued.rank === now.rank) return null
  const since = {
    zh: `第 ${now.revision} 次公布更正了名次：发证时为第 ${issued.rank} 名“${issued.award}”`,
    en: `Revision ${now.revision} corrected the ranking: issued for rank ${issued.rank}, “${issued.award}”`,
  }
  const [rank_zh, rank_en] = now.rank === null ? ['没有名次', 'no rank'] : [`第 ${now.rank} 名`, `rank ${now.rank}`]
  if (now.award === null)
    return {
      code: 'award.lost',
      message: {
        zh: `${since.zh}，现为${rank_zh}、没有奖项。请撤销这张证书（理由：成绩被取消）。`,
        en: `${since.en}; now ${rank_en} without an award. Revoke this certificate (result withdrawn).`,
      },
    }
  if (now.award !== issued.award)
    return {
      code: 'award.changed',
      message: {
        zh: `${since.zh}，现为${rank_zh}“${now.award}”。请换发：新证书按现在的奖项印制，旧证书同时失效。`,
        en: `${since.en}; now ${rank_en}, “${now.award}”. Replace it: the new certificate says the award of now, and the old one ends.`,
      },
    }
  return {
    code: 'award.rank_changed',
    message: {
      zh: `${since.zh}，现为${rank_zh}，奖项没有变，证书不必更换。`,
      en: `${since.en}; now ${rank_en} with the same award: the certificate stands as it is.`,
    },
  }
}

/** Why nobody gets an award printed for this; null when nothing is in the way. */
export function awardObstacle(one: {
  award: string | null
  erased: boolean
  number: string | null
  ended: 'revoked' | 'replaced' | null
}): Obstacle | null {
  if (one.number !== null && one.ended === 'revoked')
    return {
      code: 'certificate.issued_already',
      message: {
        zh: `已发过证书 ${one.number}，并已撤销；同一奖项不再发第二张。`,
        en: `Certificate ${one.number} was issued and revoked; there is no second one for the same entry.`,
      },
    }
  if (one.number !== null)
    return {
      code: 'certificate.issued_already',
      message: { zh: `已发过证书 ${one.number}。`, en: `Has certificate ${one.number} already.` },
    }
  if (one.erased) return ERASED
  if (one.award === null)
    return {
      code: 'award.none',
      message: { zh: '公布的名次没有奖项。', en: 'The published rank carries no award.' },
    }
  return null
}

/** The sentence in the middle. */
export function awardText(one: {
  competition_name: string
  event_name: string
  team: string | null
  award: string
}): string {
  const team = one.team ? `（代表队：${one.team}）` : ''
  return `在“${one.competition_name}”${one.event_name}项目中荣获${one.award}${team}。特发此证，以资鼓励。`
}

/** Of an organiser's own series: `HJ`, district, the organiser's number in it, year. */
export function awardSeries(
  { district_code, ordinal }: { district_code: string; ordinal: number },
  issued_on: LocalDate,
) {
  return `HJ${district_code}${String(ordinal).padStart(2, '0')}${issued_on.slice(2, 4)}`
}
