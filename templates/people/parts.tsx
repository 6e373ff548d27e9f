/** Small pieces of the pages about people: choices from a vocabulary, certificate states, and changes in words. */

import { EXTERNAL_KINDS, EXTERNAL_STATES } from '../../src/credentials/external-rules.ts'
import { EDUCATION_MODES } from '../../src/people/education-rules.ts'
import { LEAVING_KINDS } from '../../src/people/employment-rules.ts'
import { CHANGED_FIELDS } from '../../src/people/history-words.ts'
import {
  CERTIFICATE_STATUSES,
  type CertificateStatus,
  CONDUCT_KINDS,
  CONTRACT_KINDS,
  EDUCATIONS,
  ID_TYPES,
  LEVELS,
  POSTS,
  WORKFORCES,
} from '../../src/people/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import type { Option } from '../form.tsx'
import { Tag, type Tone } from '../parts.tsx'
import { words } from '../words.ts'

type Vocabulary = Record<string, Message>

export function choices(vocabulary: Vocabulary, lang: Lang, first?: Message): Option[] {
  const options = Object.entries(vocabulary).map(([value, label]) => ({ value, label: inLanguage(lang, label) }))
  return first ? [{ value: '', label: inLanguage(lang, first) }, ...options] : options
}

export const ALL = { zh: '全部', en: 'All' }
export const UNSAID = { zh: '未填', en: 'Not said' }

export function nameOf(vocabulary: Vocabulary, key: string | number | null, lang: Lang): string {
  const message = key === null ? undefined : vocabulary[key]
  return message ? inLanguage(lang, message) : String(key ?? '—')
}

const TONES: Record<CertificateStatus, Tone> = {
  valid: 'good',
  expiring: 'warn',
  expired: 'bad',
  suspended: 'warn',
  revoked: 'bad',
}

export function CertificateTag({ status, lang }: { status: CertificateStatus | null; lang: Lang }) {
  if (status === null) return <Tag tone="plain">{words(lang)('无证书', 'None')}</Tag>
  return <Tag tone={TONES[status]}>{inLanguage(lang, CERTIFICATE_STATUSES[status])}</Tag>
}

export function levelName(level: number | null, lang: Lang): string {
  return nameOf(LEVELS, level, lang)
}

/** As training and credentials, which come after people, call them. */
export const ENROLMENTS = {
  enrolled: { zh: '在读', en: 'Enrolled' },
  withdrawn: { zh: '已退班', en: 'Withdrawn' },
  completed: { zh: '结业', en: 'Completed' },
  failed: { zh: '未结业', en: 'Not completed' },
}
export const CERTIFICATES = {
  valid: { zh: '有效', en: 'Valid' },
  expired: { zh: '已过期', en: 'Expired' },
  suspended: { zh: '暂停使用', en: 'Suspended' },
  revoked: { zh: '已撤销', en: 'Revoked' },
  replaced: { zh: '已换发', en: 'Replaced' },
}

const VALUES: Vocabulary = {
  ...POSTS,
  ...CONTRACT_KINDS,
  ...EDUCATIONS,
  ...EDUCATION_MODES,
  ...LEAVING_KINDS,
  ...WORKFORCES,
  ...CONDUCT_KINDS,
  ...ID_TYPES,
  ...EXTERNAL_KINDS,
  ...EXTERNAL_STATES,
}

/** What an event says was changed: `姓名 王小芳 → 王晓芳；手机`. Ids of other records, and what was and is empty, are left out. */
export function changesInWords(changes: Record<string, unknown>, lang: Lang): string {
  const { fields = [], field, ...others } = changes as { fields?: string[]; field?: string } & Record<string, unknown>
  const told = Object.entries(others).flatMap(([key, value]) => {
    const values = [value].flat().filter((one) => one !== null)
    return key in CHANGED_FIELDS && values.length > 0
      ? [`${nameOf(CHANGED_FIELDS, key, lang)} ${values.map((one) => valueInWords(one, lang)).join(' → ')}`]
      : []
  })
  const named = (field ? [field] : fields).map((key) => nameOf(CHANGED_FIELDS, key, lang))
  return [...told, ...named].join(lang === 'en' ? '; ' : '；')
}

function valueInWords(value: unknown, lang: Lang): string {
  const w = words(lang)
  if (typeof value === 'boolean') return value ? w('是', 'yes') : w('否', 'no')
  return nameOf(VALUES, String(value), lang)
}
