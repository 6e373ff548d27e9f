/** The page of the history, and the same as a file. */
import { z } from 'zod'
import { HistoryList } from '../../templates/history/history.tsx'
import { frameOf, page } from '../access/pages.ts'
import { isLocalDate, localTime } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { streamCsv } from '../platform/workbook.ts'
import { deedName } from './deeds.ts'
import { allHistory, historyHead, listHistory, verifyHistory } from './queries.ts'

export function historyConsole(app: App): void {
  page(app, '/console/history', 'history.read', async ({ c, db, context, query }) => {
    const filter = filterOf(query)
    const given = new URLSearchParams(Object.entries(filter).filter((pair): pair is [string, string] => !!pair[1]))
    const list = await listHistory(db, context.scope, { ...filter, limit: 50, cursor: query.cursor })
    return (
      <HistoryList
        frame={frameOf(c, inLanguage(c.get('lang'), { zh: '操作日志', en: 'History' }))}
        filter={filter}
        items={list.items}
        next={list.next_cursor && `/console/history?${given}&cursor=${list.next_cursor}`}
        file={`/console/history.csv?${given}`}
        head={await historyHead(db)}
        proof={query.verify ? await verifyHistory(db) : null}
      />
    )
  })
  page(app, '/console/history.csv', 'history.read', async ({ c, db, context, query }) => {
    const lang = c.get('lang')
    const header = lang === 'en' ? HEADER.en : HEADER.zh
    const rows = async function* () {
      for await (const event of allHistory(db, context.scope, filterOf(query))) {
        const { seq, at, actor_name, api_key, kind, subject_kind, subject_id, reason, changes, request_id, hash } =
          event
        yield [
          ...[seq, localTime(at), actor_name, api_key, deedName(kind, lang), kind, subject_kind, subject_id],
          ...[reason, JSON.stringify(changes), request_id, hash],
        ]
      }
    }
    return new Response(streamCsv(header, rows()), {
      headers: {
        'Content-Type': 'text/csv; charset=UTF-8',
        'Content-Disposition': 'attachment; filename="history.csv"',
        'Cache-Control': 'no-store',
      },
    })
  })
}

const HEADER = {
  zh: ['序号', '时间', '操作人', '接口密钥', '操作', '事件', '对象', '对象编号', '原因', '内容', '请求编号', '哈希'],
  en: ['seq', 'at', 'who', 'api_key', 'deed', 'kind', 'record', 'record_id', 'reason', 'changes', 'request_id', 'hash'],
}

/** What is no id and no day is passed over. */
function filterOf({ kind, subject_id, actor_id, from, to }: Record<string, string>) {
  const day = (text = '') => (isLocalDate(text) ? text : undefined)
  return {
    kind: kind || undefined,
    subject_id: subject_id || undefined,
    actor_id: z.uuid().safeParse(actor_id).data,
    from: day(from),
    to: day(to),
  }
}
