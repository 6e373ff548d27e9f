/** The page of townships and streets: the list, adding one, renaming one. */
import { Townships } from '../../templates/organisations/townships.tsx'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { newTownshipShape, townshipRenamingShape } from './township-shapes.ts'
import { addTownship, listTownships, renameTownship } from './townships.ts'

const HERE = '/console/townships'

export function townshipsConsole(app: App): void {
  page(app, HERE, 'organisation.read', (call) => townships(call))
  form(
    app,
    HERE,
    'organisation.write',
    newTownshipShape,
    async ({ tx, context, input }) => {
      const { name } = await addTownship(tx, context, input)
      return { to: HERE, flash: { zh: `“${name}”已登记。`, en: `${name} was added.` } }
    },
    (call) => townships(call, { of: 'new', retry: call }),
  )
  form(
    app,
    `${HERE}/:code/renaming`,
    'organisation.write',
    townshipRenamingShape,
    async ({ tx, context, params, input }) => {
      const { name } = await renameTownship(tx, context, params.code!, input)
      return { to: HERE, flash: { zh: `已更名为“${name}”。`, en: `It is called ${name} now.` } }
    },
    (call) => townships(call, { of: call.params.code!, retry: call }),
  )
}

/** `refused`: which form of the page, the new one or that of a code. */
async function townships({ c, db, context, query }: PageCall, refused?: { of: string; retry: Retry }) {
  const { items, next_cursor } = await listTownships(db, context.scope, {
    ...pageShape.parse({}),
    cursor: query.cursor,
  })
  return (
    <Townships
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '镇街', en: 'Townships' }))}
      items={items}
      next={next_cursor && `${HERE}?${new URLSearchParams({ cursor: next_cursor })}`}
      may_write={may(context.actor.role, 'organisation.write')}
      refused={refused?.of ?? null}
      values={refused?.retry.values ?? {}}
      errors={faultsFor(c, refused?.retry.refusal)}
    />
  )
}
