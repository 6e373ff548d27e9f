/** JSON routes of the signed-in account's notices. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { readNotices } from './notices.ts'
import { countUnread, listNotices, type NoticeRow } from './queries.ts'
import { noticesShape, readShape } from './shapes.ts'

const own = { permission: 'notice.own', tag: 'notices' } as const

export function noticesApi(app: App): void {
  read(
    app,
    {
      ...own,
      path: '/notices',
      name: 'listNotices',
      summary: '通知：发给本人、本账号或本机构的 Notices to the account, its organisation or its person',
      query: pageShape.extend({ unread: z.stringbool().optional() }),
      answer: noticesShape,
    },
    async ({ c, db, context, query }) => {
      const list = await listNotices(db, context.actor, query)
      const items = list.items.map((row) => shownNotice(row, c.get('lang')))
      return { ...list, items, unread: await countUnread(db, context.actor) }
    },
  )
  write(
    app,
    {
      ...own,
      method: 'post',
      path: '/notices/{id}/reading',
      name: 'readNotice',
      summary: '标为已读 Mark a notice as read',
      params: idShape,
      answer: readShape,
    },
    ({ tx, context, params }) => readNotices(tx, context, params.id),
  )
  write(
    app,
    {
      ...own,
      method: 'post',
      path: '/notices/reading',
      name: 'readNotices',
      summary: '全部标为已读 Mark all notices as read',
      answer: readShape,
    },
    ({ tx, context }) => readNotices(tx, context, null),
  )
}

export function shownNotice({ words, words_en, ...row }: NoticeRow, lang: Lang) {
  return { ...row, words: inLanguage(lang, { zh: words, en: words_en }) }
}
