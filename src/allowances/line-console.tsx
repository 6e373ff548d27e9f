/** The page of one line: every condition in words, with links to what it rests on. */
import { z } from 'zod'
import { LinePage } from '../../templates/allowances/line.tsx'
import { foundWords, requiredWords } from '../../templates/allowances/words.ts'
import { faultsFor, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { isMonth } from '../platform/calendar.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import { evidenceLinks } from './evidence.ts'
import { describeEvidence, getLine, LINE } from './line-queries.ts'

export async function showLine({ c, db, context, params, query }: PageCall, refused?: Retry) {
  const lang = c.get('lang')
  if (!z.uuid().safeParse(params.person).success || !isMonth(params.month ?? '')) notFound(LINE)
  const { run, line } = await getLine(db, context.scope, params.id!, params.person!, params.month!, query.component)
  const districts = line.reasons
    .filter((reason) => reason.measure === 'division')
    .flatMap((reason) => [reason.required, reason.actual])
  const places = districts.flatMap((code) => (typeof code === 'string' ? [{ kind: 'district', id: code }] : []))
  const details = await describeEvidence(db, [...line.reasons.flatMap((reason) => reason.evidence), ...places])
  const place = (code: unknown) => details.districts.find((one) => one.code === code)?.name ?? code
  const shown = (measure: string, value: unknown) => (measure === 'division' ? place(value) : value)
  return (
    <LinePage
      may_hold={
        may(context.actor.role, 'run.hold') &&
        ['submitted', 'reviewed'].includes(run.status) &&
        line.amount_fen > 0 &&
        !line.held
      }
      values={refused?.values ?? {}}
      errors={faultsFor(c, refused?.refusal)}
      frame={frameOf(c, line.person_name)}
      run={{ ...run, scheme_version: line.scheme_version }}
      line={line}
      reasons={line.reasons.map(({ title, measure, required, actual, evidence, ...reason }) => ({
        ...reason,
        title: inLanguage(lang, title),
        required: requiredWords(measure, shown(measure, required), lang),
        found: foundWords(measure, shown(measure, actual), lang),
        evidence: evidenceLinks(evidence, line, details, lang),
      }))}
    />
  )
}
