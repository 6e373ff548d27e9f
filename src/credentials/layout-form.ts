/** The editor of layouts as a form: its fields become a layout, and a button adds, removes or moves an item. */
import { ITEMS, type ItemType } from './certificate-layout.ts'
import { VALUE_NAMES } from './layout-words.ts'

/** A layout that is being edited: its values may be missing or wrong. */
export interface LayoutDraft {
  page: Record<string, unknown>
  common: Record<string, unknown>
  items: Record<string, unknown>[]
}

/** The values of an item of that kind, in the order in which they are asked for. */
export function valuesOf(type: string): string[] {
  const shape = ITEMS[type as ItemType]?.shape ?? {}
  return Object.keys(VALUE_NAMES).filter((key) => key in shape)
}

/** Fields `page.w`, `common.serif` and `items.3.x` as a layout; what was left empty is left out, what is no number stays as it was typed. */
export function draftOf(sent: Record<string, unknown>): LayoutDraft {
  const items: Record<string, unknown>[] = []
  for (const [name, value] of Object.entries(sent)) {
    const [, index, key] = /^items\.(\d{1,3})\.(\w+)$/.exec(name) ?? []
    if (index === undefined || typeof value !== 'string') continue
    items[Number(index)] ??= {}
    items[Number(index)]![key!] = value
  }
  return {
    page: { w: numberOf(sent['page.w']), h: numberOf(sent['page.h']) },
    common: { serif: sent['common.serif'] ?? '', sans: sent['common.sans'] ?? '' },
    items: items.filter(Boolean).map(itemOf),
  }
}

function itemOf(sent: Record<string, unknown>): Record<string, unknown> {
  const type = String(sent.t)
  const values = valuesOf(type).flatMap((key): [string, unknown][] => {
    const { as } = VALUE_NAMES[key]!
    if (as === 'tick') return [[key, sent[key] === 'true']]
    if (as === 'number') return numberOf(sent[key]) === undefined ? [] : [[key, numberOf(sent[key])]]
    return sent[key] === undefined ? [] : [[key, String(sent[key]).replaceAll('\r\n', '\n')]]
  })
  return { t: type, ...Object.fromEntries(values) }
}

function numberOf(text: unknown): unknown {
  if (typeof text !== 'string' || text.trim() === '') return undefined
  return Number.isFinite(Number(text)) ? Number(text) : text
}

/** What a button of the editor does: `add`, `remove:3`, `up:3`, `down:3`; anything else changes nothing. */
export function edited(draft: LayoutDraft, button: string, type: string): LayoutDraft {
  const [act, at] = button.split(':')
  const items = [...draft.items]
  const index = Number(at)
  const to = { up: index - 1, down: index + 1 }[act as 'up' | 'down']
  if (act === 'add' && type in ITEMS) items.push({ t: type, ...BEGINNINGS[type as ItemType] })
  if (act === 'remove') items.splice(index, 1)
  if (to !== undefined && items[index] && items[to]) [items[index], items[to]] = [items[to]!, items[index]!]
  return { ...draft, items }
}

/** What a new item begins with, in the upper left of the page. */
const BOX = { x: 20, y: 20, w: 60, h: 10 }
const LINE = { colour: '#9b1b22', line: 0.8 }
const BEGINNINGS: Record<ItemType, Record<string, unknown>> = {
  text: { ...BOX, v: '文字', size: 12 },
  field: { ...BOX, h: 11, label: 18, zh: '标签', en: 'Label', v: '{{holder_name}}', empty: '--' },
  paragraph: { ...BOX, h: 20, v: '文字', size: 12, leading: 1.6, indent: 2 },
  column: { ...BOX, w: 8, h: 60, v: '{{issuer_name}}', size: 14 },
  photo: { ...BOX, w: 35, h: 49, v: '照片', required: false },
  qr: { ...BOX, w: 30, h: 30, v: '{{verify_url}}' },
  seal: { ...BOX, w: 42, h: 42, colour: '#d7141a', line: 3.2, v: '{{issuer_name}}', bottom: '证书专用章' },
  rule: { ...BOX, h: 0, ...LINE },
  frame: { ...BOX, h: 40, ...LINE, notch: 0 },
  rosette: { ...BOX, w: 60, h: 60, colour: '#f4e6dc', line: 0.4, petals: 24, layers: 10, depth: 0.5 },
  watermark: { x: 48.5, y: 68, w: 200, h: 80, angle: 24, v: '演示', size: 190, spacing: 0.25, colour: '#ece7e2' },
}
