/** The page of the history. */
import { HistoryList } from '../../templates/history/history.tsx'
import { frameOf, page } from '../access/pages.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { historyHead, listHistory, verifyHistory } from './queries.ts'

export function historyConsole(app: App): void {
  page(app, '/console/history', 'history.read', async ({ c, db, context, query }) => {
    const filter = { kind: query.kind || undefined, subject_id: query.subject_id || undefined }
    const list = await listHistory(db, context.scope, { ...filter, limit: 50, cursor: query.cursor })
    const next =
      list.next_cursor &&
      `/console/history?${new URLSearchParams({ kind: query.kind ?? '', subject_id: query.subject_id ?? '', cursor: list.next_cursor })}`
    return (
      <HistoryList
        frame={frameOf(c, inLanguage(c.get('lang'), { zh: '操作日志', en: 'History' }))}
        filter={filter}
        items={list.items}
        next={next}
        head={await historyHead(db)}
        proof={query.verify ? await verifyHistory(db) : null}
      />
    )
  })
}
