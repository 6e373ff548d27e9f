/** Pages of erasing a person and of the retention schedule. */
import { ErasureForm } from '../../templates/privacy/erasure.tsx'
import { Retention } from '../../templates/privacy/retention.tsx'
import { faultsFor, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { getPerson } from '../people/queries.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { together } from '../platform/together.ts'
import { erasePerson } from './erasure.ts'
import { countExpired, listRetentionRules } from './retention.ts'
import { erasureShape } from './shapes.ts'

export function privacyConsole(app: App): void {
  formPage(
    app,
    '/console/people/:id/erasure',
    'person.erase',
    erasureShape,
    async ({ tx, context, params, input }) => {
      const { id } = await erasePerson(tx, context, params.id!, input.reason)
      return {
        to: `/console/people/${id}`,
        flash: { zh: '个人信息已按规定删除。', en: 'The personal data is erased.' },
      }
    },
    erasurePage,
  )
  page(app, '/console/retention', 'retention.read', async ({ c, db, context }) => {
    const rules = await listRetentionRules(db)
    const reading = together(db)
    const expired = await Promise.all(rules.map((rule) => countExpired(reading, context, rule)))
    return (
      <Retention
        frame={frameOf(c, inLanguage(c.get('lang'), { zh: '保留期限', en: 'Retention' }))}
        rules={rules.map((rule, index) => ({ ...rule, expired: expired[index]! }))}
      />
    )
  })
}

async function erasurePage({ c, db, context, params }: PageCall, retry?: Retry) {
  const person = await getPerson(db, context.scope, params.id!, localDate(context.now))
  return (
    <ErasureForm
      frame={frameOf(c, person.name)}
      person={person}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
