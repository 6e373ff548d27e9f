/** How a console page and a console form are declared, and the frame around every page. */
import type { Context as Call } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import type { Frame } from '../../templates/layout.tsx'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { inLanguage, type Message, notFound, type Refusal, refusalOfFaults } from '../platform/errors.ts'
import { type App, type Env, refusalFor } from '../platform/http.ts'
import { faultsOf } from '../platform/shape-faults.ts'
import { requires } from './guard.ts'
import { menuFor } from './menu.ts'
import { type Permission, ROLES } from './rules.ts'
import { openSearch } from './searching.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface PageCall {
  c: Call<Env>
  db: Db
  context: Context
  params: Record<string, string>
  query: Record<string, string>
}
export interface FormCall<I> {
  c: Call<Env>
  tx: Tx
  context: Context
  params: Record<string, string>
  input: I
}
/** A file that must be chosen, else `missing` is told: a browser sends an empty one where none was. */
export function chosenFile(missing: string) {
  return z.instanceof(File, { error: missing }).refine(({ size }) => size > 0, missing)
}

/** What a form shows again after a refusal: the values as sent and every fault. */
export interface Retry extends PageCall {
  values: Record<string, string>
  /** everything sent under a name, of boxes several of which may be ticked */
  ticked: (name: string) => string[]
  refusal: Refusal
}
export interface Done {
  to: string
  flash?: Message
}

/** Declares a GET page under its full path (`/console/people`); no cache keeps what only some may see. */
export function page(
  app: App,
  path: string,
  permission: Permission | 'public',
  show: (call: PageCall) => Promise<Html | Response>,
): void {
  app.get(path, requires(permission, 'get', path), async (c) => {
    if (permission !== 'public') c.header('Cache-Control', 'no-store')
    const answer = await show(await pageCall(c))
    return answer instanceof Response ? answer : c.html(answer)
  })
}

/**
 * Declares a form's POST: one transaction, then 303 to the next page, or the page itself where its contents must not be kept in
 * an address. A refusal shows the form again through `retry`
 * with its status and values, or the error page where there is no `retry`.
 */
export function form<S extends z.ZodType>(
  app: App,
  path: string,
  permission: Permission | 'public',
  shape: S,
  act: (call: FormCall<z.output<S>>) => Promise<Done | Html>,
  retry?: (call: Retry) => Promise<Html>,
): void {
  app.post(path, requires(permission, 'post', path), async (c) => {
    const sent = await c.req.parseBody({ all: true })
    try {
      const parsed = shape.safeParse(sent)
      if (!parsed.success) throw refusalOfFaults(faultsOf(parsed.error.issues))
      const done = await c
        .get('db')
        .transaction()
        .execute((tx) => act({ c, tx, context: c.get('context'), params: paramsOf(c), input: parsed.data }))
      c.get('deps').wake(c)
      return isDone(done) ? goTo(c, done) : c.html(done)
    } catch (error) {
      const refusal = refusalFor(c, error)
      if (!refusal || !retry || refusal.status === 404) throw refusal ?? error
      const values = Object.fromEntries(
        Object.entries(sent).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
      )
      const ticked = (name: string) => [sent[name] ?? []].flat().filter((value) => typeof value === 'string')
      return c.html(await retry({ ...(await pageCall(c)), values, ticked, refusal }), refusal.status)
    }
  })
}

/** Declares a page and the form on it under one address: what the form refuses, the page shows again. */
export function formPage<S extends z.ZodType>(
  app: App,
  path: string,
  permission: Permission,
  shape: S,
  act: (call: FormCall<z.output<S>>) => Promise<Done | Html>,
  show: (call: PageCall, retry?: Retry) => Promise<Html>,
): void {
  page(app, path, permission, (call) => show(call))
  form(app, path, permission, shape, act, (call) => show(call, call))
}

function isDone(done: Done | Awaited<Html>): done is Done {
  return typeof done === 'object' && 'to' in done
}

/** 303 to the next page; the words travel in a cookie that lives seconds and carries nothing personal. */
export function goTo(c: Call<Env>, done: Done): Response {
  if (done.flash)
    c.header(
      'Set-Cookie',
      `huyu_flash=${encodeURIComponent(inLanguage(c.get('lang'), done.flash))}; Path=/; Max-Age=15; HttpOnly; SameSite=Lax`,
      { append: true },
    )
  return c.redirect(done.to, 303)
}

/** The frame of a page: language, theme, who is signed in, their menu. */
export function frameOf(c: Call<Env>, title: string): Frame {
  const lang = c.get('lang')
  const cookie = c.req.header('cookie') ?? ''
  const actor = c.get('context')?.actor
  const flash = /huyu_flash=([^;]+)/.exec(cookie)?.[1]
  if (flash) c.header('Set-Cookie', 'huyu_flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax', { append: true })
  return {
    title,
    lang,
    ...preferencesOf(cookie),
    actor: actor
      ? {
          display_name: actor.display_name,
          organisation_name: actor.organisation_name,
          role_name: inLanguage(lang, ROLES[actor.role]),
        }
      : null,
    menu: actor && !actor.password_due ? menuFor(actor, lang, c.req.path) : [],
    path: c.req.path + new URL(c.req.url).search,
    flash: flash ? { tone: 'good', text: decodeURIComponent(flash) } : null,
  }
}

/** How somebody chose to read. */
export function preferencesOf(cookie: string): Pick<Frame, 'theme' | 'size'> {
  return {
    theme: (/huyu_theme=(light|dark)/.exec(cookie)?.[1] as 'light' | 'dark' | undefined) ?? 'auto',
    size: /huyu_size=large/.test(cookie) ? 'large' : 'normal',
  }
}

/** On a page the choices stand beside it; their codes are the API's. */
const CHOOSE = { zh: '请选择一项。', en: 'Choose one.' }

/** Faults as a form shows them. */
export function faultsFor(c: Call<Env>, refusal: Refusal | undefined): { pointer: string; message: string }[] {
  if (!refusal) return []
  const lang = c.get('lang')
  if (refusal.faults.length === 0) return [{ pointer: '', message: inLanguage(lang, refusal.words) }]
  return refusal.faults.map(({ pointer, code, message }) => ({
    pointer,
    message: inLanguage(lang, code === 'input.invalid_value' ? CHOOSE : message),
  }))
}

export async function pageCall(c: Call<Env>): Promise<PageCall> {
  return { c, db: c.get('db'), context: c.get('context'), params: paramsOf(c), query: await openSearch(c) }
}

/** An id in an address that is no UUID is nobody's record, and never reaches the database. */
function paramsOf(c: Call<Env>): Record<string, string> {
  const params = c.req.param() as Record<string, string>
  if (params.id !== undefined && !z.uuid().safeParse(params.id).success) notFound({ zh: '记录', en: 'record' })
  return params
}
