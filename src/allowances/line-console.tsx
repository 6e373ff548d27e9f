/** The page of one line: every condition in words, with links to what it rests on. */
import { z } from 'zod'
import { LinePage } from '../../templates/allowances/line.tsx'
import { faultsFor, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { isMonth } from '../platform/calendar.ts'
import { notFound } from '../platform/errors.ts'
import { reasonItems, toDescribe } from './evidence.ts'
import { describeEvidence, getLine, LINE } from './line-queries.ts'

export async function showLine({ c, db, context, params, query }: PageCall, refused?: Retry) {
  if (!z.uuid().safeParse(params.person).success || !isMonth(params.month ?? '')) notFound(LINE)
  const { run, line } = await getLine(db, context.scope, params.id!, params.person!, params.month!, query.component)
  const details = await describeEvidence(db, toDescribe(line.reasons))
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
      reasons={reasonItems(line.reasons, line, details, c.get('lang'))}
    />
  )
}
