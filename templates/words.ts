/** Which wording the reader asked for: Chinese first, English on request. */
import { createContext, useContext } from 'hono/jsx'
import type { Lang } from '../src/platform/errors.ts'

/** `w('从业人员', 'People')` */
export type Words = (zh: string, en: string) => string

export function words(lang: Lang): Words {
  return (zh, en) => (lang === 'en' ? en : zh)
}

/** Set once by the page around its content, so that parts need no `lang` of their own. */
export const Language = createContext<Lang>('zh-CN')

export function useWords(): Words {
  return words(useContext(Language))
}
