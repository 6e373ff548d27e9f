/** JSON routes of townships and streets. */
import { read, write } from '../access/route.ts'
import type { App } from '../platform/http.ts'
import {
  newTownshipShape,
  townshipFilterShape,
  townshipPageShape,
  townshipParams,
  townshipRenamingShape,
  townshipShape,
} from './township-shapes.ts'
import { addTownship, getTownship, listTownships, renameTownship } from './townships.ts'

const tag = 'organisations'

export function townshipsApi(app: App): void {
  read(
    app,
    {
      ...{ permission: 'organisation.read', tag, path: '/townships', name: 'listTownships' },
      summary: '镇街 List townships and streets',
      query: townshipFilterShape,
      answer: townshipPageShape,
    },
    ({ db, context, query }) => listTownships(db, context.scope, query),
  )
  read(
    app,
    {
      ...{ permission: 'organisation.read', tag, path: '/townships/{code}', name: 'getTownship' },
      summary: '一个镇街 Get a township',
      params: townshipParams,
      answer: townshipShape,
    },
    ({ db, context, params }) => getTownship(db, context.scope, params.code),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'organisation.write', tag, path: '/townships', name: 'addTownship' },
      summary: '登记镇街 Add a township',
      body: newTownshipShape,
      answer: townshipShape,
      status: 201,
    },
    ({ tx, context, body }) => addTownship(tx, context, body),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'organisation.write', tag, path: '/townships/{code}/renaming' },
      name: 'renameTownship',
      summary: '镇街更名 Rename a township',
      params: townshipParams,
      body: townshipRenamingShape,
      answer: townshipShape,
    },
    ({ tx, context, params, body }) => renameTownship(tx, context, params.code, body),
  )
}
