/** What the pages of layouts share: how a version is called, its state, a drawn certificate inside a page. */
import { raw } from 'hono/html'
import type { CertificateKind } from '../../src/credentials/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { ErrorSummary, type FormError } from '../form.tsx'
import { Tag, type Tone } from '../parts.tsx'
import { Language, useWords } from '../words.ts'

export interface LayoutView {
  id: string
  kind: CertificateKind
  organisation_id: string | null
  organisation_name: string | null
  name: string
  version: number
  sha256: string
  reason: string
  known_from: Date
  created_by_name: string | null
  state: 'in_force' | 'coming' | 'past' | 'draft'
}

export const STATES: Record<LayoutView['state'], { tone: Tone; zh: string; en: string }> = {
  in_force: { tone: 'good', zh: '使用中', en: 'In force' },
  coming: { tone: 'info', zh: '待启用', en: 'Coming' },
  past: { tone: 'plain', zh: '已停用', en: 'Past' },
  draft: { tone: 'plain', zh: '草稿', en: 'Draft' },
}

/** The page alone, as wide as its place, in browsers that show a PDF inside a page. */
export const PDF_VIEW = '#toolbar=0&navpanes=0&view=Fit'

/** A certificate drawn by the server; where the browser shows no PDF inside a page, the link does. */
export function Sheet({ src, name }: { src: string; name?: string }) {
  const w = useWords()
  return (
    <div class="sheet">
      <iframe src={`${src}${PDF_VIEW}`} name={name} title={w('证书预览', 'Preview of the certificate')} />
      <a href={src} target="_blank" rel="noopener">
        {w('单独打开预览', 'Open the preview by itself')}
      </a>
    </div>
  )
}

export function State({ state }: { state: LayoutView['state'] }) {
  const w = useWords()
  const { tone, zh, en } = STATES[state]
  return <Tag tone={tone}>{w(zh, en)}</Tag>
}

export function titleOf({ name, version }: Pick<LayoutView, 'name' | 'version'>, lang: Lang): string {
  return inLanguage(lang, { zh: `${name} 第 ${version} 版`, en: `${name}, version ${version}` })
}

/** What stands in the place of the preview when the layout cannot be drawn. */
export function LayoutFaults({ lang, errors }: { lang: Lang; errors: FormError[] }) {
  return (
    <Language.Provider value={lang}>
      {raw('<!DOCTYPE html>')}
      <html lang={lang === 'en' ? 'en' : 'zh-Hans'}>
        <head>
          <meta charset="utf-8" />
          <title>{inLanguage(lang, { zh: '还不能预览', en: 'Not to be drawn yet' })}</title>
          <link rel="stylesheet" href="/assets/app/style.css" />
        </head>
        <body>
          <main>
            <ErrorSummary errors={errors.map(({ message }) => ({ pointer: '', message }))} />
          </main>
        </body>
      </html>
    </Language.Provider>
  )
}
