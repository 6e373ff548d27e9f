/** JSON routes of erasing a person and of the retention schedule. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { erasePerson } from './erasure.ts'
import { listRetentionRules } from './retention.ts'
import { erasedShape, erasureShape, retentionRulesShape } from './shapes.ts'

const tag = 'privacy'

export function privacyApi(app: App): void {
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/erasure',
      permission: 'person.erase',
      name: 'erasePerson',
      tag,
      summary: '按规定删除个人信息，编号与金额保留 Erase the personal data of a person; ids and sums stay',
      params: idShape,
      body: erasureShape,
      answer: erasedShape,
    },
    ({ tx, context, params, body }) => erasePerson(tx, context, params.id, body.reason),
  )
  read(
    app,
    {
      path: '/retention-rules',
      permission: 'retention.read',
      name: 'listRetentionRules',
      tag,
      summary: '保留期限 How long what is kept',
      answer: retentionRulesShape,
    },
    async ({ db }) => ({ items: await listRetentionRules(db), next_cursor: null }),
  )
}
