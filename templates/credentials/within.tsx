/** Says that a list of certificates is narrowed to where the reader came from, and leads out of it. */
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'

const WITHIN: Record<string, Message> = {
  batch_id: { zh: '一个发证批次', en: 'one batch' },
  class_id: { zh: '一个培训班', en: 'one class' },
  event_id: { zh: '一个竞赛项目', en: 'one event' },
  organisation_id: { zh: '一家机构的人员', en: 'one institution’s people' },
}

export function Within({ lang, within }: { lang: Lang; within: Record<string, string> }) {
  const w = words(lang)
  const names = Object.keys(within).map((key) => inLanguage(lang, WITHIN[key]!))
  if (names.length === 0) return null
  return (
    <Notice tone="info">
      {w(`只列出${names.join('、')}的证书。`, `Listed are only the certificates of ${names.join(', ')}.`)}{' '}
      <a href="/console/certificates">{w('查看全部证书', 'See all certificates')}</a>
    </Notice>
  )
}
