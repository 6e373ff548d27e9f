/** What a person sees instead of a page when the call was refused: what happened, and where to go on. */
import type { Context as Call } from 'hono'
import { ErrorPage } from '../../templates/access/error.tsx'
import { inLanguage, type Refusal } from '../platform/errors.ts'
import { type Env, internalFault } from '../platform/http.ts'
import { PASSWORD_DUE } from './guard.ts'
import { frameOf, goTo } from './pages.ts'

/** Signed-out readers of the console go to the door and come back; everything else is told in words. */
export function errorPage(c: Call<Env>, refusal: Refusal | null): Response | Promise<Response> {
  if (refusal?.status === 401 && c.req.method === 'GET')
    return goTo(c, { to: `/console/sign-in?return_to=${encodeURIComponent(c.req.path)}`, flash: refusal.words })
  if (refusal?.code === PASSWORD_DUE && c.req.method === 'GET')
    return goTo(c, { to: '/console/password', flash: refusal.words })
  const lang = c.get('lang')
  const frame = frameOf(c, refusal ? String(refusal.status) : '500')
  const message = inLanguage(lang, refusal?.words ?? internalFault(c.get('request_id')))
  const faults = refusal?.faults.map((fault) => inLanguage(lang, fault.message)) ?? []
  if (refusal?.retryAfter) c.header('Retry-After', String(refusal.retryAfter))
  return c.html(
    <ErrorPage frame={frame} status={refusal?.status ?? 500} message={message} faults={faults} />,
    refusal?.status ?? 500,
  )
}
