/** The page of what rests on a certificate. */
import { CascadePage } from '../../templates/allowances/cascade.tsx'
import { frameOf, type PageCall } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { getCascade } from './cascade.ts'

export async function showCascade({ c, db, context, params }: PageCall) {
  const cascade = await getCascade(db, context, params.id!)
  const { role } = context.actor
  return (
    <CascadePage
      frame={frameOf(c, cascade.certificate.number)}
      cascade={cascade}
      may_open={{
        line: may(role, 'run.read'),
        promotion: may(role, 'promotion.read'),
        enrolment: may(role, 'class.read'),
        entry: may(role, 'competition.read'),
      }}
    />
  )
}
