/** Searching for somebody without a name in an address: the form posts what was typed, and the list's address carries it sealed. */
import type { Context as Call } from 'hono'
import { z } from 'zod'
import { refuse } from '../platform/errors.ts'
import type { Env } from '../platform/http.ts'
import type { Vault } from '../platform/vault.ts'

/** Fields of a `Filters personal` form that say whom somebody looks for; other filters stay readable in the address. */
const PERSONAL = ['q', 'name', 'number']
/** So that no other sealed value of the database can be opened by putting it into an address. */
const MARK = 'search:'

/** What a `Filters personal` posts: the list it belongs to, and its fields. */
export const searchShape = z.object({ to: z.string().regex(/^\/console(\/[\w-]+)+$/) }).catchall(z.string().max(200))

/** The address of the list that shows what was asked for; {@link openSearch} reads it again. */
export async function sealSearch(vault: Vault, { to, ...typed }: z.output<typeof searchShape>): Promise<string> {
  const given = Object.entries(typed).filter(([, value]) => value.trim() !== '')
  const open = new URLSearchParams(given.filter(([name]) => !PERSONAL.includes(name)))
  const personal = given.filter(([name]) => PERSONAL.includes(name))
  if (personal.length > 0) {
    const sealed = await vault.seal(MARK + JSON.stringify(Object.fromEntries(personal)))
    open.set('s', sealed.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))
  }
  return open.size > 0 ? `${to}?${open}` : to
}

/** The query of a page, with what was typed into its search in place of `s`. Refuses `search.expired`. */
export async function openSearch(c: Call<Env>): Promise<Record<string, string>> {
  const { s, ...query } = c.req.query()
  if (!s) return query
  const text = await c.get('deps').vault.open(s).catch(refuseExpired)
  return text.startsWith(MARK) ? { ...query, ...JSON.parse(text.slice(MARK.length)) } : refuseExpired()
}

/** What stands in the address of the list, without the page: for links and hidden fields that lead to the same people. */
export function searchIn(c: Call<Env>): Record<string, string> {
  const { cursor: _, ...kept } = c.req.query()
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== ''))
}

function refuseExpired(): never {
  refuse('invalid', 'search.expired', {
    zh: '这个查询地址已经失效，请回到列表重新查询。',
    en: 'The address of this search is no longer valid: search again in the list.',
  })
}
