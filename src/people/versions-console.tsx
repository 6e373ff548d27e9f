/** Pages of the versions of a fact: what was known when, and who said so. */

import { nameOf } from '../../templates/people/parts.tsx'
import { VersionsPage, type VersionsProps } from '../../templates/people/versions.tsx'
import { words } from '../../templates/words.ts'
import { frameOf, type PageCall, page } from '../access/pages.ts'
import { notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { employmentVersions } from './employment-queries.ts'
import { contractTerm, LEAVING_KINDS } from './employment-rules.ts'
import { serviceMonthKeyShape } from './fact-shapes.ts'
import { educationHoursVersions, serviceMonthVersions } from './fact-versions.ts'
import { APPROVALS, CONTRACT_KINDS, POSTS } from './rules.ts'

export function versionsConsole(app: App): void {
  page(app, '/console/employments/:id/versions', 'person.read', async (call) => {
    const lang = call.c.get('lang')
    const w = words(lang)
    const found = await employmentVersions(call.db, call.context.scope, call.params.id!)
    return versionsPage(call, found, {
      title: `${w('任职', 'Employment')} · ${found.organisation_name}`,
      columns: [
        w('岗位', 'Post'),
        w('合同', 'Contract'),
        w('合同到期', 'Contract until'),
        w('起', 'From'),
        w('止', 'To'),
        w('离岗原因', 'Reason for leaving'),
      ],
      cellsOf: (row) => [
        nameOf(POSTS, row.post, lang),
        nameOf(CONTRACT_KINDS, row.contract_kind, lang),
        contractTerm(row.contract_until, lang),
        row.starts_on,
        row.ends_on ?? '—',
        nameOf(LEAVING_KINDS, row.leaving_kind, lang),
      ],
    })
  })
  page(app, '/console/service-months/versions', 'person.read', async (call) => {
    const w = words(call.c.get('lang'))
    const { organisation_id } = call.context.actor
    const asked = serviceMonthKeyShape.safeParse({ organisation_id, ...call.query })
    if (!asked.success) notFound({ zh: '月度在岗记录', en: 'month of service' })
    const found = await serviceMonthVersions(call.db, call.context.scope, asked.data)
    return versionsPage(call, found, {
      title: `${asked.data.month} · ${found.organisation_name}`,
      columns: [w('出勤天数', 'Days'), w('社保', 'Insured')],
      cellsOf: (row) => [row.attendance_days, row.social_insurance ? w('是', 'Yes') : w('否', 'No')],
    })
  })
  page(app, '/console/education-hours/:id/versions', 'person.read', async (call) => {
    const w = words(call.c.get('lang'))
    const found = await educationHoursVersions(call.db, call.context.scope, call.params.id!)
    return versionsPage(call, found, {
      title: w('继续教育', 'Continuing education'),
      columns: [
        w('完成日期', 'Completed'),
        w('主题', 'Subject'),
        w('主办单位', 'Provider'),
        w('学时', 'Hours'),
        w('审核', 'Approval'),
      ],
      cellsOf: (row) => [
        row.completed_on,
        row.subject,
        row.provider,
        row.hours,
        nameOf(APPROVALS, row.approval, call.c.get('lang')),
      ],
    })
  })
}

type Item = VersionsProps['items'][number]

function versionsPage<R extends Omit<Item, 'cells'>>(
  { c }: PageCall,
  found: { person_id: string; person_name: string; items: R[]; withdrawn: VersionsProps['withdrawn'] },
  words: { title: string; columns: string[]; cellsOf: (row: R) => Item['cells'] },
) {
  return (
    <VersionsPage
      frame={frameOf(c, found.person_name)}
      person={{ id: found.person_id, name: found.person_name }}
      title={words.title}
      columns={words.columns}
      items={found.items.map((row) => ({ ...row, cells: words.cellsOf(row) }))}
      withdrawn={found.withdrawn}
    />
  )
}
