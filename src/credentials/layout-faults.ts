/** Everything that is wrong with a layout, said of the item and the value it is about. */
import type { Fault, Message } from '../platform/errors.ts'
import { faultsOf } from '../platform/shape-faults.ts'
import { type ItemType, type LayoutBody, layoutShape } from './certificate-layout.ts'
import { ITEM_NAMES, VALUE_NAMES } from './layout-words.ts'

/** A code printed smaller is not read by every telephone (mm). */
const SMALLEST_QR = 20
/** What must be left white around a code, in its modules, of which an address of ours has 45 a side at most. */
const QUIET = 4 / 45

/**
 * All faults of a layout at once, none for one that certificates can be printed in. Besides those of its shape (`input.…`):
 * `layout.over_edge` (drawn outside the page), `layout.not_square`, `layout.qr_small`, and `layout.no_number`, `layout.no_holder`,
 * `layout.no_qr`, `layout.no_watermark` for what no certificate may be without.
 */
export function layoutFaults(json: unknown): Fault[] {
  const parsed = layoutShape.safeParse(json)
  if (!parsed.success) return faultsOf(parsed.error.issues).map((fault) => named(fault, json))
  const { items } = parsed.data
  const own = items.flatMap((item, index) =>
    itemFaults(item, parsed.data.page).map((fault) => ({ ...fault, pointer: `/items/${index}${fault.pointer}` })),
  )
  return [...own.map((fault) => named(fault, json)), ...missing(items)]
}

type Item = LayoutBody['items'][number]

/** Faults with pointers from the item on. */
function itemFaults(item: Item, page: LayoutBody['page']): Fault[] {
  const faults: Fault[] = []
  const fault = (pointer: string, code: string, zh: string, en: string) =>
    faults.push({ pointer, code: `layout.${code}`, message: { zh, en } })
  if (['qr', 'seal', 'rosette'].includes(item.t) && Math.abs(item.w - item.h) > 0.01)
    fault('/h', 'not_square', `须与宽相同（${item.w}）。`, `Must be the width, ${item.w}.`)
  if (item.t === 'qr' && item.w < SMALLEST_QR)
    fault(
      '/w',
      'qr_small',
      `二维码至少 ${SMALLEST_QR} mm，否则手机扫不出。`,
      `At least ${SMALLEST_QR} mm: a smaller code is not read.`,
    )
  const { left, right, top, bottom } = extent(item)
  if (left < 0 || right > page.w)
    fault(
      right > page.w ? '/w' : '/x',
      'over_edge',
      `画到了页面之外：左右从 ${mm(left)} 到 ${mm(right)}，页宽 ${page.w}。`,
      `Drawn outside the page: from ${mm(left)} to ${mm(right)} of a width of ${page.w}.`,
    )
  if (top < 0 || bottom > page.h)
    fault(
      bottom > page.h ? '/h' : '/y',
      'over_edge',
      `画到了页面之外：上下从 ${mm(top)} 到 ${mm(bottom)}，页高 ${page.h}。`,
      `Drawn outside the page: from ${mm(top)} to ${mm(bottom)} of a height of ${page.h}.`,
    )
  return faults
}

/** What an item really covers: a code needs white around it, a slanted mark reaches out of its box. */
function extent(item: Item) {
  let [across, down] = [item.w / 2, item.h / 2]
  if (item.t === 'qr') across = down = item.w / 2 + item.w * QUIET
  if (item.t === 'watermark') {
    const [sin, cos] = [Math.abs(Math.sin(rad(item.angle))), Math.cos(rad(item.angle))]
    ;[across, down] = [across * cos + down * sin, across * sin + down * cos]
  }
  const [x, y] = [item.x + item.w / 2, item.y + item.h / 2]
  return { left: x - across, right: x + across, top: y - down, bottom: y + down }
}

function rad(degrees: number): number {
  return (degrees * Math.PI) / 180
}

function mm(length: number): number {
  return Math.round(length * 10) / 10
}

function missing(items: Item[]): Fault[] {
  const prints = (field: string) =>
    items.some((item) => item.t !== 'qr' && 'v' in item && item.v.includes(`{{${field}}}`))
  const faults: [boolean, string, string, string][] = [
    [
      prints('number'),
      'no_number',
      '没有印证书编号：请加一项，内容含 {{number}}。',
      'The number is missing: add an item with {{number}}.',
    ],
    [
      prints('holder_name'),
      'no_holder',
      '没有印姓名：请加一项，内容含 {{holder_name}}。',
      'The holder is missing: add an item with {{holder_name}}.',
    ],
    [
      items.some((item) => item.t === 'qr' && item.v === '{{verify_url}}'),
      'no_qr',
      '没有查验用的二维码：请加“二维码”一项，内容为 {{verify_url}}。',
      'The code for verifying is missing: add a QR code with {{verify_url}}.',
    ],
    [
      items.some(({ t }) => t === 'watermark'),
      'no_watermark',
      '没有“演示水印”：演示机构的证书会与真证书分不清，请加上（真证书上不印）。',
      'The demonstration mark is missing: add it, so that demonstrations are told from real certificates, which do not print it.',
    ],
  ]
  return faults.flatMap(([there, code, zh, en]) =>
    there ? [] : [{ pointer: '', code: `layout.${code}`, message: { zh, en } }],
  )
}

/** The fault with its item and value in front: 第 3 项“文字 {{number}}”的 宽 mm：… */
function named(fault: Fault, json: unknown): Fault {
  const [, index, key] = /^\/items\/(\d+)(?:\/(\w+))?/.exec(fault.pointer) ?? []
  if (index === undefined) return fault
  const item = (json as { items: Record<string, unknown>[] }).items[Number(index)]!
  const value = key === undefined ? undefined : VALUE_NAMES[key]
  const type = ITEM_NAMES[item.t as ItemType]
  const content = typeof item.v === 'string' ? ` ${item.v.slice(0, 20)}` : ''
  const words = wordsFor(fault, value?.as === 'number')
  return {
    ...fault,
    message: {
      zh: `第 ${Number(index) + 1} 项${type ? `“${type.zh}${content}”` : ''}${value ? `的${value.zh}` : ''}：${words.zh}`,
      en: `Item ${Number(index) + 1}${type ? ` (${type.en}${content})` : ''}${value ? `, ${value.en}` : ''}: ${words.en}`,
    },
  }
}

function wordsFor({ code, message }: Fault, numeric: boolean): Message {
  if (numeric && code === 'input.invalid_type') return { zh: '请填写数字。', en: 'Give a number.' }
  return message
}
