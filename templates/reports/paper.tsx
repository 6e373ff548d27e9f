/** What a report needs when it is printed and signed: who made it, the period, the unit, the total in capitals, and room for names. */

import { useContext } from 'hono/jsx'
import { inCapitals, signatures } from '../../src/platform/paper.ts'
import { Language, useWords } from '../words.ts'

export interface PaperProps {
  place: string
  period: string
  amount_fen: number
}

/** Above the table. */
export function PaperHead({ place, period }: Pick<PaperProps, 'place' | 'period'>) {
  const w = useWords()
  return (
    <p class="paper-head">
      <span>{w(`编制单位：${place}`, `Made by: ${place}`)}</span>
      <span>{w(`期间：${period}`, `Period: ${period}`)}</span>
      <span>{w('单位：元', 'Unit: yuan')}</span>
    </p>
  )
}

/** Below it; the block for signatures is on paper only. */
export function PaperFoot({ amount_fen }: Pick<PaperProps, 'amount_fen'>) {
  const lang = useContext(Language)
  return (
    <div class="paper-foot">
      <p>{inCapitals(amount_fen, lang)}</p>
      <p class="signatures" aria-hidden="true">
        {signatures(lang).map((who) => (
          <span>{who}</span>
        ))}
      </p>
    </div>
  )
}
