/** The page that checks certificates without asking us: served with the keys of now, to be kept. */
import { Offline } from '../../templates/credentials/offline.tsx'
import { frameOf, page } from '../access/pages.ts'
import { LEVELS } from '../people/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Message } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listVerifyingKeys } from './public-keys.ts'
import { KINDS } from './rules.ts'

/** Registered before `/verify/:number`, which would take it for a number. */
export function offlinePage(app: App): void {
  page(app, '/verify/offline', 'public', async ({ c, db }) => {
    const lang = c.get('lang')
    const inWords = (table: Record<string, Message>) =>
      Object.fromEntries(Object.entries(table).map(([key, words]) => [key, inLanguage(lang, words)]))
    // answered from the browser's cache for a day, and for a month where the network is gone
    c.header('Cache-Control', 'private, max-age=86400, stale-if-error=2592000')
    const known = { keys: await listVerifyingKeys(db), kinds: inWords(KINDS), levels: inWords(LEVELS) }
    const title = { zh: '离线核对证书', en: 'Check a certificate offline' }
    return <Offline frame={frameOf(c, inLanguage(lang, title))} known={known} keys_of={localDate(c.get('now'))} />
  })
}
