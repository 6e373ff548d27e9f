/** Words for people in the sources: each stands in both languages, both name the same values, and no Chinese stands outside a pair. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { parseAst } from 'vitest/node'
import { root } from '../../db/root.ts'

/** A node of the syntax tree, as far as it is looked at. */
interface Node {
  type: string
  start: number
  end: number
  [key: string]: unknown
}
/** Words in Chinese and what stands beside them in English. */
interface Pair {
  at: string
  zh: Words
  en: Words
}
/** The text with ◇ for each value in it, and the names of these values. */
interface Words {
  text: string
  names: string[]
}

const HAN = /\p{Script=Han}/u
/** What is in Chinese in every language: column headings, which a sheet is read by, and characters as examples. */
const HEADINGS = /人员编号|证书编号|姓名|结果|⿰氵每|是 \(yes\)|否 \(no\)/g
/** What the documentation of the API says, and its examples, stand in both languages in one text. */
const DOCUMENTED = ['summary', 'tag', 'description', 'example', 'describe', 'meta']
/** The documentation of the API, and what is printed or read by others in Chinese in every language: certificates, sheets, files of banks. */
const IN_CHINESE = [
  /^src\/credentials\/(award-rules|certificate-\w+|certificates-workbook|credential|download|files|layout-\w+|print)\.ts$/,
  /^src\/imports\/(kinds\/[\w-]+|columns|masked|rules|workbooks|console)\.tsx?$/,
  /-shapes\.ts$|\/shapes\.ts$|\/api\.ts$|-api\.ts$/,
  /^src\/platform\/(paper|workbook|cells|openapi)\.ts$/,
  /^src\/allowances\/(line-stream|payment-writing|payment-files|reconciliation-workbook|schedule)\.ts$/,
  /^src\/people\/people-workbook\.ts$/,
]

/** What the program writes into the register of itself, to be read like what people write. */
const RECORDED =
  /^(管理员|培训班已(取消|结业)|培训班结业结果已变更|已删除|总分|理论|实操|技师及以上|；目录价格 ◇ 元，◇ ◇%|名次已由第 ◇ 次公布更正|中文|S000033999901265000001\t张三|account=账号\nname=户名\namount=金额)$/

const files = globSync(['src/**/*.{ts,tsx}', 'templates/**/*.{ts,tsx}'], { cwd: root })
const pairs: Pair[] = []
const strays: string[] = []
beforeAll(() => {
  for (const path of files) look(path, readFileSync(join(root, path), 'utf8'))
})

test('there is enough to look at', () => expect(pairs.length).toBeGreaterThan(5000))

test('both languages of a message name the same values', () => {
  const wrong = pairs.filter(({ zh, en }) => zh.names.join() !== en.names.join())
  expect(wrong.map(({ at, zh, en }) => `${at} ${zh.names} | ${en.names}`)).toEqual([])
})

test('the English of a message has no Chinese, the Chinese no English', () => {
  const wrong = pairs.filter(
    ({ zh, en }) =>
      HAN.test(en.text.replaceAll(HEADINGS, '')) || (!HAN.test(zh.text) && /[a-z]{3} [a-z]{3}/.test(zh.text)),
  )
  expect(wrong.map(({ at, zh, en }) => `${at} ${zh.text} | ${en.text}`)).toEqual([])
})

test('what is a sentence in one language is one in the other', () => {
  const ends = (text: string) => /[。！？.!?]["”)）]?$/.test(text.trim().replace(/\bNo\.$/, ''))
  const wrong = pairs.filter(({ zh, en }) => ends(zh.text) !== ends(en.text))
  expect(wrong.map(({ at, zh, en }) => `${at} ${zh.text} | ${en.text}`)).toEqual([])
})

test('no Chinese stands without English beside it', () => expect(strays).toEqual([]))

/** Collects the pairs and the strays of a file. */
function look(path: string, source: string): void {
  const inChinese = IN_CHINESE.some((one) => one.test(path))
  const at = (node: Node) => `${path}:${source.slice(0, node.start).split('\n').length}`
  const chinese = new Set<unknown>()
  const visit = (node: unknown, translated: boolean): void => {
    if (Array.isArray(node)) for (const one of node) visit(one, translated)
    if (!isNode(node)) return
    if (DOCUMENTED.includes(nameOf(node.key) ?? nameOf((node.callee as Node)?.property) ?? '')) return
    for (const [zh, en] of pairsIn(node)) {
      const words = [wordsOf(zh), wordsOf(en)] as const
      chinese.add(zh)
      if (words[0] && words[1]) pairs.push({ at: at(zh), zh: words[0], en: words[1] })
    }
    if (node.type === 'TaggedTemplateExpression') pairs.push(...noticesIn(wordsOf(node.quasi as Node)!.text, at(node)))
    const text = node.type === 'JSXText' ? String(node.value) : (wordsOf(node)?.text ?? '')
    // a shape's own words are both in one text
    const [zh = '', en = ''] = text.split(' / ')
    if (HAN.test(zh) && /[a-z]/.test(en))
      return void pairs.push({ at: at(node), zh: { text: zh, names: [] }, en: { text: en, names: [] } })
    const stray = HAN.test(text.replaceAll(HEADINGS, '')) && !RECORDED.test(text)
    if (stray && !translated && !inChinese && node.type !== 'BinaryExpression')
      strays.push(`${at(node)} ${source.slice(node.start, node.end).slice(0, 60)}`)
    for (const [key, child] of Object.entries(node))
      if (Array.isArray(child)) for (const one of child) visit(one, translated || chinese.has(one))
      else if (key !== 'type' && key !== 'quasi')
        visit(child, translated || chinese.has(child) || isChineseVariable(node))
  }
  visit(parseAst(source, { lang: path.endsWith('x') ? 'tsx' : 'ts' }), false)
}

/** `{ zh, en }`, `w('…', '…')` and every other call or list with Chinese and, next to it, English; `lang === 'en' ? … : …`. */
function pairsIn(node: Node): [Node, Node][] {
  if (node.type === 'ObjectExpression') {
    const values = new Map((node.properties as Node[]).map(({ key, value }) => [nameOf(key), value as Node]))
    return [...values].flatMap(([name, zh]) => {
      const en = values.get(name?.replace(/^zh$|(?<=_)zh$/, 'en') ?? '')
      return en && en !== zh ? [[zh, en] as [Node, Node]] : []
    })
  }
  if (node.type === 'ConditionalExpression')
    return saysChinese(node.alternate as Node) && saysEnglish(node.consequent as Node)
      ? [[node.alternate as Node, node.consequent as Node]]
      : []
  const list = (node.arguments ?? node.elements ?? []) as Node[]
  if (nameOf(node.callee) === 'w' && list.length === 2) return [[list[0]!, list[1]!]]
  return list.flatMap((zh, index) => {
    const en = list[index + 1]
    return en && saysChinese(zh) && saysEnglish(en) ? [[zh, en] as [Node, Node]] : []
  })
}

function saysChinese(node: Node): boolean {
  return textsIn(node).some((text) => HAN.test(text))
}
function saysEnglish(node: Node): boolean {
  return !saysChinese(node) && textsIn(node).some((text) => /[A-Za-z]{2}/.test(text))
}

/** What a statement says to people: `format('…%s…', …) as words`, and next the same in English; what is no sentence is data. */
function noticesIn(statement: string, at: string): Pair[] {
  const said = [...statement.matchAll(/'([^']*)'/g)].map(([, text]) => ({
    text: text!,
    names: text!.match(/%s/g) ?? [],
  }))
  return said.flatMap((zh, index) =>
    HAN.test(zh.text) && zh.names.length > 0 ? [{ at, zh, en: said[index + 1] ?? { text: '', names: [] } }] : [],
  )
}

/** The texts of a literal, a template, a sum or a choice of them. */
function textsIn(node: Node | null): string[] {
  switch (node?.type) {
    case 'ConditionalExpression':
      return [...textsIn(node.consequent as Node), ...textsIn(node.alternate as Node)]
    case 'Literal':
    case 'TemplateLiteral':
    case 'BinaryExpression':
      return [wordsOf(node)?.text ?? '', ...((node.expressions as Node[]) ?? []).flatMap(textsIn)]
    default:
      return []
  }
}

function wordsOf(node: Node): Words | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? { text: node.value, names: [] } : null
  if (node.type === 'TemplateLiteral') {
    const quasis = node.quasis as { value: { cooked: string } }[]
    return { text: quasis.map(({ value }) => value.cooked).join('◇'), names: namesIn(node.expressions) }
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return null
  const [left, right] = [wordsOf(node.left as Node), wordsOf(node.right as Node)]
  return left && right && { text: left.text + right.text, names: [...new Set([...left.names, ...right.names])].sort() }
}

/** How words are put together, not what they name. */
const PUTTING =
  /^(zh|en|lang|w|join|map|filter|slice|split|replace|trim|toLowerCase|toLocaleString|length|index|Number|String|Boolean|Object|keys|inLanguage|NUMBERS|note)$/

/** The names of the values in an expression, without the language: `rank_zh` is `rank_en`. */
function namesIn(node: unknown, found = new Set<string>()): string[] {
  if (Array.isArray(node)) for (const one of node) namesIn(one, found)
  else if (isNode(node)) {
    const name = nameOf(node)?.replace(/_?(zh|en|Zh|En)$/, '')
    if (name && !PUTTING.test(name)) found.add(name)
    for (const child of Object.values(node)) namesIn(child, found)
  }
  return [...found].sort()
}

/** Of what stands in a variable called `zh` or `…Zh`, the English stands in its fellow. */
function isChineseVariable(node: Node): boolean {
  return node.type === 'VariableDeclarator' && /^zh$|Zh$/.test(nameOf(node.id) ?? '')
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' ? String(node.name) : undefined
}

function isNode(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && typeof (node as Node).type === 'string'
}
