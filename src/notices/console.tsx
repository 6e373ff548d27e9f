/** The page of notices, and marking them as read. */
import { z } from 'zod'
import { Notices } from '../../templates/notices/notices.tsx'
import { form, frameOf, page } from '../access/pages.ts'
import { may, type Permission } from '../access/rules.ts'
import { deedPage } from '../history/deeds.ts'
import { localTime } from '../platform/calendar.ts'
import type { Role } from '../platform/context.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { shownNotice } from './api.ts'
import { readNotices } from './notices.ts'
import { countUnread, listNotices } from './queries.ts'
import { NOTICE_KINDS } from './rules.ts'

const HERE = '/console/notices'
const READ = { zh: '已标为已读。', en: 'Marked as read.' }

export function noticesConsole(app: App): void {
  page(app, HERE, 'notice.own', async ({ c, db, context, query }) => {
    const lang = c.get('lang')
    const unread = query.unread === 'true'
    const list = await listNotices(db, context.actor, { limit: 50, cursor: query.cursor, unread: unread || undefined })
    return (
      <Notices
        frame={frameOf(c, inLanguage(lang, { zh: '通知', en: 'Notices' }))}
        items={list.items.map((row) => {
          const { id, kind, words, at, read_at } = shownNotice(row, lang)
          const what = NOTICE_KINDS[kind]
          return {
            ...{ id, words, at: localTime(at), read: read_at !== null },
            kind: what ? inLanguage(lang, what) : kind,
            href: subjectPage(context.actor.role, row.subject_kind, row.subject_id),
          }
        })}
        unread={await countUnread(db, context.actor)}
        only_unread={unread}
        next={
          list.next_cursor &&
          `${HERE}?${new URLSearchParams({ ...(unread && { unread: 'true' }), cursor: list.next_cursor })}`
        }
      />
    )
  })
  form(app, `${HERE}/reading`, 'notice.own', z.object({}), async ({ tx, context }) => {
    await readNotices(tx, context, null)
    return { to: HERE, flash: READ }
  })
  form(app, `${HERE}/:id/reading`, 'notice.own', z.object({}), async ({ tx, context, params }) => {
    await readNotices(tx, context, params.id!)
    return { to: HERE, flash: READ }
  })
}

/** Who may open what a notice is about; else it is a class or its filing. */
const READERS: Record<string, Permission> = {
  certificate: 'certificate.read',
  recovery: 'recovery.read',
  webhook: 'webhook.read',
}

function subjectPage(role: Role, kind: string, id: string): string | null {
  if (kind === 'allowance_objection') return may(role, 'record.own') ? '/console/my-allowances' : null
  return may(role, READERS[kind] ?? 'class.read') ? deedPage(kind, id) : null
}
