/** What runs made of a month: each line with where its money is, whose record it was, and why it is held back. */
import {
  type AllowanceMonth,
  HOLD_NEXT,
  MONEY,
  type Money,
  type MonthHold,
  type MonthLine,
} from '../../src/allowances/month-rules.ts'
import { RETURN_REASONS } from '../../src/allowances/payment-result-rules.ts'
import { HOLD_CAUSES } from '../../src/allowances/review-rules.ts'
import { LINE_KINDS, type LineKind } from '../../src/allowances/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Tag, type Tone } from '../parts.tsx'
import { useWords, words } from '../words.ts'
import { yuan } from './words.ts'

interface Props {
  item: Pick<AllowanceMonth, 'month' | 'component' | 'lines'>
  /** may open runs */
  officer: boolean
  lang: Lang
  person_id: string
}

const MONEY_TONES: Record<Money, Tone> = {
  ...{ none: 'plain', in_review: 'info', held: 'warn', approved: 'info', no_account: 'warn' },
  ...{ settled: 'plain', sent: 'info', sent_again: 'info', paid: 'good', returned: 'bad' },
  ...{ to_recover: 'warn', recovered: 'plain' },
}

/** What runs made of the month, the first first. */
export function MonthLines({ item, officer, lang, person_id }: Props) {
  const w = useWords()
  const said = ({ kind, amount_fen, run_month, approved_on }: MonthLine) =>
    `${inLanguage(lang, LINE_KINDS[kind as LineKind])} ${yuan(amount_fen)} · ${w(`${run_month} 批次`, `run of ${run_month}`)}${
      approved_on ? w(`，${approved_on} 审批`, `, approved on ${approved_on}`) : ''
    }`
  return (
    <ul>
      {item.lines.map((line) => (
        <li>
          {officer ? (
            <a href={`/console/runs/${line.run_id}/lines/${line.person_id}/${item.month}?component=${item.component}`}>
              {said(line)}
            </a>
          ) : (
            said(line)
          )}{' '}
          <Tag tone={MONEY_TONES[line.money]}>{inLanguage(lang, MONEY[line.money])}</Tag>
          {line.person_id !== person_id && (
            <small> {w('合并前的另一条档案', 'of the record merged into this one')}</small>
          )}
          {line.hold && <small> {heldWords(line.hold, lang)}</small>}
          {line.payable_fen !== line.amount_fen && line.payable_fen !== 0 && (
            <small>
              {' '}
              {line.amount_fen > 0
                ? w(`抵扣后实发 ${yuan(line.payable_fen)}`, `${yuan(line.payable_fen)} paid out, the rest set off`)
                : w(
                    `抵扣后尚须追回 ${yuan(-line.payable_fen)}`,
                    `${yuan(-line.payable_fen)} to come back, the rest set off`,
                  )}
            </small>
          )}
          {line.money === 'returned' && line.returned_for && (
            <small> {inLanguage(lang, RETURN_REASONS[line.returned_for])}</small>
          )}
        </li>
      ))}
    </ul>
  )
}

function heldWords({ cause, reason, held_on, released_on, next }: MonthHold, lang: Lang): string {
  const w = words(lang)
  const why = w(
    `${held_on} 起暂缓（${HOLD_CAUSES[cause].zh}）：${reason}`,
    `Held back since ${held_on} (${HOLD_CAUSES[cause].en}): ${reason}`,
  )
  const until = released_on ? w(`，${released_on} 解除`, `, released on ${released_on}`) : ''
  return `${why}${until}${w(`。${HOLD_NEXT[next].zh}。`, `; ${HOLD_NEXT[next].en}.`)}`
}
