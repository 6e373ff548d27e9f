/** Small pieces of the pages about organisations: choices from a vocabulary, periods, changes in words, the card of a form. */
import type { PropsWithChildren } from 'hono/jsx'
import { FACILITY_KINDS, FILING_KINDS, ORGANISATION_FIELDS, ORGANISATION_KINDS } from '../../src/organisations/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import type { FormError, Option } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'

type Vocabulary = Record<string, Message>

/** What every form has; `values` are those sent before, or what is on record. */
export interface FormPageProps {
  frame: Frame
  values: Record<string, string>
  errors: FormError[]
}

export function choices(vocabulary: Vocabulary, lang: Lang, first?: Message): Option[] {
  const options = Object.entries(vocabulary).map(([value, label]) => ({ value, label: inLanguage(lang, label) }))
  return first ? [{ value: '', label: inLanguage(lang, first) }, ...options] : options
}

export const ALL = { zh: '全部', en: 'All' }
export const NONE = { zh: '不适用', en: 'None' }

export function nameOf(vocabulary: Vocabulary, key: string | null, lang: Lang): string {
  const message = key === null ? undefined : vocabulary[key]
  return message ? inLanguage(lang, message) : (key ?? '—')
}

export function kindsOf(kinds: string[], lang: Lang): string {
  return kinds.map((kind) => nameOf(ORGANISATION_KINDS, kind, lang)).join(lang === 'en' ? ', ' : '、')
}

/** `2024-01-01 – 2027-01-01`, or without an end. */
export function period(from: string | null, to: string | null, lang: Lang): string {
  return from ? `${from} – ${to ?? inLanguage(lang, { zh: '长期', en: 'no end' })}` : '—'
}

const VALUES: Vocabulary = { ...ORGANISATION_KINDS, ...FACILITY_KINDS, ...FILING_KINDS }

/** What an event says was changed: `名称 甲 → 乙；上级机构`. Of another record only that it changed: its id says nothing to people. */
export function changesInWords(changes: Record<string, unknown>, lang: Lang): string {
  const told = Object.entries(changes).flatMap(([field, value]) => {
    if (!(field in ORGANISATION_FIELDS) || value === null) return []
    const name = nameOf(ORGANISATION_FIELDS, field, lang)
    if (field === 'parent_id') return [name]
    // before and after, or, when it was new, a value or a list of them
    const pair = Array.isArray(value) && value.length === 2 && value.some((one) => one === null || Array.isArray(one))
    const changed = pair || (field !== 'kinds' && Array.isArray(value))
    const sides = changed ? (value as unknown[]) : [value]
    return [`${name} ${sides.map((side) => inWords(side, lang)).join(' → ')}`]
  })
  return told.join(lang === 'en' ? '; ' : '；')
}

function inWords(value: unknown, lang: Lang): string {
  if (value === null) return inLanguage(lang, { zh: '（空）', en: '(none)' })
  return [value]
    .flat()
    .map((one) => nameOf(VALUES, String(one), lang))
    .join('、')
}

/** A card under the organisation's name; `danger` where money follows from what is sent. */
export function AboutOrganisation({
  frame,
  organisation,
  heading,
  danger,
  children,
}: PropsWithChildren<{ frame: Frame; organisation: { id: string; name: string }; heading: string; danger?: boolean }>) {
  return (
    <Page
      {...frame}
      heading={`${heading} · ${organisation.name}`}
      back={{ href: `/console/organisations/${organisation.id}`, label: organisation.name }}
    >
      <div class={danger ? 'card confirm danger' : 'card'}>{children}</div>
    </Page>
  )
}
