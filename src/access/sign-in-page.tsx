/** The page at the door, as first seen and after a refusal, whichever way was tried. */
import type { Context as Call } from 'hono'
import { SignIn } from '../../templates/access/sign-in.tsx'
import { inLanguage, type Refusal } from '../platform/errors.ts'
import type { Env } from '../platform/http.ts'
import { frameOf, type Html } from './pages.ts'

export const SINGLE_SIGN_ON = '/console/sign-in/single-sign-on'

export function signInPage(
  c: Call<Env>,
  values: { username?: string; return_to?: string | undefined },
  refusal?: Refusal,
): Html {
  const lang = c.get('lang')
  const query = values.return_to ? `?${new URLSearchParams({ return_to: values.return_to })}` : ''
  return (
    <SignIn
      frame={frameOf(c, inLanguage(lang, { zh: '登录', en: 'Sign in' }))}
      values={values}
      refusal={refusal && inLanguage(lang, refusal.words)}
      single_sign_on={c.get('deps').singleSignOn ? SINGLE_SIGN_ON + query : null}
    />
  )
}

/** Only into the console: an address from outside leads nowhere else. */
export function returnTo(asked: string): string {
  return /^\/console(\/|$)/.test(asked) ? asked : '/console'
}
