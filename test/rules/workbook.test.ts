// Spreadsheets from people are let in safely and read as they were meant; ours open in an independent reader.
import { randomFillSync } from 'node:crypto'
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate'
import readWorkbook, { readSheet as readIndependently } from 'read-excel-file/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { cellDate, cellMonth, cellText, hasLostDigits } from '../../src/platform/cells.ts'
import { readSheet } from '../../src/platform/sheet-reader.ts'
import { cleanText } from '../../src/platform/text.ts'
import { type SheetToWrite, writeCsv, writeWorkbook } from '../../src/platform/workbook.ts'

const roster: SheetToWrite = {
  name: '名单',
  columns: [
    { header: '姓名', required: true, note: '与证件一致' },
    { header: '性别', choices: ['男', '女'] },
    { header: '金额', format: 'yuan' },
    { header: '天数', format: 'number' },
  ],
  rows: [
    ['𬱖三', '男', 123_450, 21],
    ['=1+1', null, -30_000, 0],
  ],
}
let good: Uint8Array
let parts: Record<string, Uint8Array>
beforeAll(async () => {
  good = await writeWorkbook([roster])
  parts = unzipSync(good)
})
const pack = (changed: Zippable) => zipSync({ ...parts, ...changed })
const withSheet = (rows: string, extra: Zippable = {}) =>
  pack({ ...extra, 'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${rows}</sheetData></worksheet>`) })
const text = (ref: string, value: string) => `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`
// keeps a crafted file's ratio low, as an attacker would
const noise = { 'docProps/noise.bin': randomFillSync(new Uint8Array(400_000)) }

describe('a workbook we write', () => {
  test('is read by an independent reader with the same values', async () => {
    expect(await readIndependently(Buffer.from(good))).toEqual([
      ['姓名*', '性别', '金额', '天数'],
      ['𬱖三', '男', 1234.5, 21],
      ['=1+1', null, -300, 0],
    ])
  })

  test('comes back through our own reader, without the mark of required columns', async () => {
    expect(await readSheet(good, '名单.xlsx')).toEqual({
      name: '名单',
      header: ['姓名', '性别', '金额', '天数'],
      rows: [
        { number: 2, cells: ['𬱖三', '男', 1234.5, 21] },
        { number: 3, cells: ['=1+1', '', -300, 0] },
      ],
    })
  })

  test('holds a frozen bold header, formats, comments and a list from the hidden dictionary', async () => {
    const sheet = strFromU8(parts['xl/worksheets/sheet1.xml']!)
    expect(sheet).toContain('<pane ySplit="1" topLeftCell="A2" state="frozen"')
    expect(sheet).toContain('sqref="B2:B5001"')
    expect(sheet).toContain('<formula1>字典!$A$1:$A$2</formula1>')
    expect(strFromU8(parts['xl/workbook.xml']!)).toMatch(/name="字典"[^>]*state="hidden"/)
    expect(strFromU8(parts['xl/styles.xml']!)).toContain('formatCode="#,##0.00"')
    expect(strFromU8(parts['xl/comments1.xml']!)).toContain('与证件一致')
    expect(sheet).not.toContain('<f>')
    const dictionary = (await readWorkbook(Buffer.from(good))).find((one) => one.sheet === '字典')
    expect(dictionary?.data).toEqual([['男'], ['女']])
  })

  test('marks faulty cells red, with all reasons of a cell in one comment', async () => {
    const faults = [
      { row: 0, column: 0, message: '校验不通过' },
      { row: 0, column: 0, message: '与第 3 行重复' },
    ]
    const made = unzipSync(await writeWorkbook([{ ...roster, faults }]))
    const style = Number(/<c r="A2"[^>]* s="(\d+)"/.exec(strFromU8(made['xl/worksheets/sheet1.xml']!))?.[1])
    const styles = strFromU8(made['xl/styles.xml']!)
    const fill = Number(/fillId="(\d+)"/.exec(/<cellXfs.*<\/cellXfs>/s.exec(styles)![0].split('<xf ')[style + 1]!)?.[1])
    expect(/<fills.*<\/fills>/s.exec(styles)![0].split('<fill>')[fill + 1]).toContain('FFC7CE')
    const comments = strFromU8(made['xl/comments1.xml']!)
    expect(comments).toMatch(/校验不通过\s*与第 3 行重复/)
    expect(comments).toContain('与证件一致')
  })

  test('keeps spare rows as text, so that numbers typed there keep all digits', async () => {
    const made = await writeWorkbook([{ ...roster, rows: [], spare_rows: 1000 }])
    const sheet = unzipSync(made)
    const style = Number(/<c r="A1001" s="(\d+)"/.exec(strFromU8(sheet['xl/worksheets/sheet1.xml']!))?.[1])
    const formats = strFromU8(sheet['xl/styles.xml']!)
    const format = /numFmtId="(\d+)"/.exec(/<cellXfs.*<\/cellXfs>/s.exec(formats)![0].split('<xf ')[style + 1]!)?.[1]
    expect(formats).toContain(`<numFmt numFmtId="${format}" formatCode="@"/>`)
    expect((await readSheet(made, '模板.xlsx')).rows).toEqual([])
  })
})

describe('what people typed is read as they meant it', () => {
  test('numbers stay numbers, dates become days, text is cleaned, blank rows keep the numbering', async () => {
    const styles = strFromU8(parts['xl/styles.xml']!).replace(/<cellXfs count="\d+">/, '$&<xf numFmtId="14"/>')
    const rows = `<row r="2">${text('A2', '姓名＊')}${text('B2', '证件号码 *')}${text('C2', '日期')}</row>
      <row r="3">${text('A3', '张　三\u200b')}<c r="B3" s="1"><v>330100197001011234</v></c><c r="C3" s="0"><v>46086</v></c></row>
      <row r="4"><c r="A4" s="1"/>${text('B4', ' 　')}</row>
      <row r="6"><c r="A6" t="b"><v>1</v></c><c r="C6" t="str"><f>A1</f><v>公式</v></c>${text('D6', '没有表头')}</row>`
    const sheet = await readSheet(withSheet(rows, { 'xl/styles.xml': strToU8(styles) }), 'a.xlsx')
    expect(sheet.header).toEqual(['姓名', '证件号码', '日期'])
    expect(sheet.rows).toEqual([
      { number: 3, cells: ['张三', 330100197001011260, { date: '2026-03-05' }] },
      { number: 6, cells: [true, '', '公式'] },
    ])
    expect(hasLostDigits(sheet.rows[0]!.cells[1]!)).toBe(true)
  })

  test('a number of up to 15 digits is whole, one of 16 is not', () => {
    expect(hasLostDigits(999_999_999_999_999)).toBe(false)
    expect(hasLostDigits(1_000_000_000_000_000)).toBe(true)
    expect(hasLostDigits('330100197001011234')).toBe(false)
    expect(cellText(13_800_000_000)).toBe('13800000000')
  })

  test('the sheet asked for is read, else the first visible one', async () => {
    const rows = [['甲']]
    const columns = [{ header: '姓名' }]
    const two = await writeWorkbook([
      { name: '填写说明', columns, rows: [['说明']] },
      { name: '学员名单', columns, rows },
    ])
    expect((await readSheet(two, 'a.xlsx', '学员名单')).rows).toEqual([{ number: 2, cells: ['甲'] }])
    expect((await readSheet(two, 'a.xlsx')).name).toBe('填写说明')
    expect((await readSheet(two, 'a.xlsx', '没有')).name).toBe('填写说明')
    const hidden = unzipSync(two)
    const workbook = strFromU8(hidden['xl/workbook.xml']!).replace('name="填写说明"', '$& state="hidden"')
    expect((await readSheet(zipSync({ ...hidden, 'xl/workbook.xml': strToU8(workbook) }), 'a.xlsx')).name).toBe(
      '学员名单',
    )
  })

  test.each([
    [{ date: '2026-03-05' }, '2026-03-05'],
    [46_086, '2026-03-05'],
    [46_086.75, '2026-03-05'],
    [20_000, '1954-10-03'],
    [19_999, null],
    [80_001, null],
    [20_260_305, '2026-03-05'],
    ['2026/3/5', '2026-03-05'],
    ['2026.3.5', '2026-03-05'],
    ['2026年3月5日', '2026-03-05'],
    ['20260305', '2026-03-05'],
    ['2026-03-05 00:00:00', '2026-03-05'],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['3月5日', null],
    ['', null],
    [true, null],
  ])('%j as a day is %j', (cell, date) => {
    expect(cellDate(cell)).toBe(date)
  })

  test.each([
    [{ date: '2026-03-05' }, '2026-03'],
    [46_086, '2026-03'],
    [202_603, '2026-03'],
    ['2026-3', '2026-03'],
    ['2026/03', '2026-03'],
    ['2026年3月', '2026-03'],
    ['202613', null],
    ['2026-00', null],
    ['3月', null],
  ])('%j as a month is %j', (cell, month) => {
    expect(cellMonth(cell)).toBe(month)
  })

  test.each([
    ['１２３ＡＢＣ（示例）', '123ABC(示例)'],
    ['张　三', '张三'],
    ['\ufeff 李\u00a0四\u200b ', '李四'],
    ['John　Smith', 'John Smith'],
    ['买买提.艾力', '买买提·艾力'],
    ['买买提 • 艾力', '买买提·艾力'],
    ['1.5・2', '1.5・2'],
    ['第一行\n第二行', '第一行 第二行'],
    ['﨑郎', '﨑郎'],
    ['保育，照护。', '保育，照护。'],
  ])('%j is cleaned to %j', (dirty, clean) => {
    expect(cleanText(dirty)).toBe(clean)
  })
})

describe('CSV', () => {
  const rows = [['王䶮', '＝1+1', '-300.00', '=1+1', '-cmd', 7, null, true]] as const

  test('is written with a BOM; formulas are disarmed, negative amounts are not', () => {
    const bytes = writeCsv(['姓名', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], rows)
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(strFromU8(bytes.subarray(3))).toBe("姓名,b,c,d,e,f,g,h\r\n王䶮,'＝1+1,-300.00,'=1+1,'-cmd,7,,true")
  })

  test('is read in UTF-8 with and without BOM, and in GB 18030, four-byte characters included', async () => {
    const utf8 = strToU8('姓名,证件号码\r\n王䶮,="330106199001011234"\r\n\r\n"李\n四",\'=1\r\n')
    // 姓名,备注 ⏎ 张三,㛃(GB 18030 four bytes) in GB 18030, by hand: no encoder in the platform
    const gb18030 = Uint8Array.of(
      ...[0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xb1, 0xb8, 0xd7, 0xa2, 0x0d, 0x0a],
      ...[0xd5, 0xc5, 0xc8, 0xfd, 0x2c, 0x82, 0x30, 0xb7, 0x31],
    )
    const expected = [
      { number: 2, cells: ['王䶮', '330106199001011234'] },
      { number: 4, cells: ['李 四', '=1'] },
    ]
    expect((await readSheet(utf8, 'a.csv')).rows).toEqual(expected)
    expect((await readSheet(Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8), 'a.csv')).rows).toEqual(expected)
    const decoded = await readSheet(gb18030, 'a.csv')
    expect(decoded.header).toEqual(['姓名', '备注'])
    expect(decoded.rows).toEqual([{ number: 2, cells: ['张三', '㛃'] }])
  })
})

describe('a file that is not safe or not a spreadsheet is refused before it is parsed', () => {
  /** Answers the milliseconds of processor time it took: the wall clock would measure the rest of the machine. */
  const refused = async (bytes: Uint8Array, code: string, filename = 'a.xlsx') => {
    const before = process.cpuUsage()
    await expect(readSheet(bytes, filename)).rejects.toMatchObject({ name: 'Refusal', code })
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  /** Changes the directory (not the local header) of the first entry called `name`. */
  const lie = (zip: Uint8Array, name: string, change: (view: DataView, at: number) => void) => {
    const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
    let at = view.getUint32(zip.length - 6, true)
    while (strFromU8(zip.subarray(at + 46, at + 46 + view.getUint16(at + 28, true))) !== name)
      at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true)
    change(view, at)
    return zip
  }

  test('a ZIP bomb of 200 MB of zeros is refused at once, without unpacking', async () => {
    const bomb = pack({ 'xl/worksheets/sheet1.xml': [new Uint8Array(200_000_000), { level: 1 }] })
    expect(bomb.length).toBeLessThan(300_000)
    const memory = process.memoryUsage().rss
    expect(await refused(bomb, 'file.unpacks_too_large')).toBeLessThan(100)
    expect(process.memoryUsage().rss - memory).toBeLessThan(50_000_000)
  })

  test('the ratio alone is enough: 10 MB of zeros, and 65 MB is too much at any ratio', async () => {
    await refused(pack({ 'xl/media/image1.png': [new Uint8Array(10_000_000), { level: 1 }] }), 'file.unpacks_too_large')
    await refused(
      pack({ ...noise, 'xl/media/image1.png': [new Uint8Array(65 * 1024 * 1024), { level: 1 }] }),
      'file.unpacks_too_large',
    )
  })

  test('a bomb that declares a small size stops at that size', async () => {
    const bomb = pack({ 'xl/worksheets/sheet1.xml': [new Uint8Array(100_000_000), { level: 1 }] })
    lie(bomb, 'xl/worksheets/sheet1.xml', (view, at) => view.setUint32(at + 24, 1000, true))
    expect(await refused(bomb, 'file.unpacks_too_large')).toBeLessThan(500)
  })

  test('an entry that declares more than it holds, or nothing, is damaged', async () => {
    for (const size of [0, 10_000])
      await refused(
        lie(pack({}), 'xl/worksheets/sheet1.xml', (view, at) => view.setUint32(at + 24, size, true)),
        size === 0 ? 'file.unpacks_too_large' : 'file.damaged',
      )
  })

  test('a cell far to the right does not make the parser take memory for every row', async () => {
    const wide = '<row><c r="XFD1"><v>1</v></c></row>'.repeat(19_000)
    await refused(withSheet(wide, noise), 'file.too_many_columns')
    await refused(withSheet(wide.replaceAll('"XFD1"', '"&#88;FD1"'), noise), 'file.too_many_columns')
    await refused(withSheet(`<row r="1">${text('DA1', '姓名')}</row>`), 'file.too_many_columns')
    expect((await readSheet(withSheet(`<row r="1">${text('CZ1', '姓名')}</row>`), 'a.xlsx')).header).toHaveLength(104)
  })

  test('millions of tags or entities are refused before the parser builds them', async () => {
    const tags = strToU8(`<sst>${'<si/>'.repeat(1_500_000)}</sst>`)
    await refused(pack({ ...noise, 'xl/sharedStrings.xml': tags }), 'file.unpacks_too_large')
    await refused(withSheet(`<row>${text('A1', '&amp;'.repeat(1_500_000))}</row>`, noise), 'file.unpacks_too_large')
  })

  test('201 entries are refused, 200 are not', async () => {
    const extra = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count - Object.keys(parts).length }, (_, at) => [`docProps/${at}.bin`, new Uint8Array(1)]),
      )
    await refused(pack(extra(201)), 'file.unpacks_too_large')
    expect((await readSheet(pack(extra(200)), 'a.xlsx')).rows).toHaveLength(2)
  })

  test('5,000 data rows are read, 5,001 are refused; 5 MB too', async () => {
    const rows = (count: number) => ({
      ...roster,
      rows: Array.from({ length: count }, (_, at) => [`张${at}`, '男', at, at]),
    })
    expect((await readSheet(await writeWorkbook([rows(5000)]), 'a.xlsx')).rows).toHaveLength(5000)
    await refused(await writeWorkbook([rows(5001)]), 'file.too_many_rows')
    await refused(writeCsv(['姓名'], rows(5001).rows), 'file.too_many_rows', 'a.csv')
    await refused(withSheet('<row/>'.repeat(20_001)), 'file.too_many_rows')
    const large = new Uint8Array(5 * 1024 * 1024 + 1)
    large.set(strToU8('PK\x03\x04'))
    await refused(large, 'file.too_large')
    large.set(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0))
    await refused(large.subarray(0, 2 * 1024 * 1024 + 1), 'file.too_large', 'a.xls')
  })

  test('macros are refused by name, by content and by content type', async () => {
    await refused(good, 'file.macros', '名单.xlsm')
    await refused(pack({ 'xl/vbaProject.bin': new Uint8Array(10) }), 'file.macros')
    const types = strFromU8(parts['[Content_Types].xml']!).replace(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
      'application/vnd.ms-excel.sheet.macroEnabled.main+xml',
    )
    await refused(pack({ '[Content_Types].xml': strToU8(types) }), 'file.macros')
  })

  test('old .xls and passwords, other ZIPs, other text and other bytes are refused with what to do', async () => {
    const old = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...new Uint8Array(600))
    await refused(old, 'file.damaged', 'a.xls')
    await refused(old, 'file.damaged', 'a.xlsx')
    await expect(readSheet(old, 'a.xls')).rejects.toMatchObject({ words: { zh: expect.stringContaining('另存为') } })
    await refused(zipSync({ 'word/document.xml': strToU8('<a/>') }), 'file.not_workbook')
    await refused(strToU8('<html><table>'), 'file.not_workbook', 'a.xls')
    await refused(strToU8('姓名,性别'), 'file.not_workbook')
    await refused(strToU8('姓名\0'), 'file.not_workbook', 'a.csv')
    await refused(Uint8Array.of(0xff, 0xff, 0xff), 'file.encoding', 'a.csv')
  })

  test('a damaged file is called damaged, an empty one empty, a doubled header doubled', async () => {
    await refused(good.subarray(0, good.length - 100), 'file.damaged')
    await refused(withSheet('<row r="1"><c r="A1"'), 'file.too_many_columns')
    await refused(withSheet(''), 'file.empty')
    await refused(new Uint8Array(0), 'file.empty', 'a.csv')
    await refused(withSheet(`<row r="1">${text('A1', '姓名*')}${text('B1', '姓名')}</row>`), 'file.doubled_header')
  })

  test('bytes changed at random end in a refusal or a sheet, never in another error', async () => {
    for (let round = 0; round < 150; round++) {
      const bytes = good.slice()
      for (let at = 0; at < 3; at++) bytes[(round * 7919 + at * 104_729) % bytes.length]! ^= 1 + ((round + at) % 255)
      await readSheet(bytes, 'a.xlsx').catch((error) => expect(error).toMatchObject({ name: 'Refusal' }))
    }
  })
})

describe('workbooks of other programs', () => {
  test('ZIP64 fields in a small file (EasyExcel, Apache POI) are understood, stored entries too', async () => {
    expect((await readSheet(toZip64(good), 'a.xlsx')).rows).toHaveLength(2)
    expect((await readSheet(toZip64(zipSync(parts, { level: 0 })), 'a.xlsx')).rows).toHaveLength(2)
  })

  test('prefixed tags and single quotes are understood', async () => {
    const sheet = `<x:worksheet xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><x:sheetData>
      <x:row r='1'><x:c r='A1' t='inlineStr'><x:is><x:t>姓名</x:t></x:is></x:c></x:row>
      <x:row r='2'><x:c r='A2' t='inlineStr'><x:is><x:r><x:t>张</x:t></x:r><x:r><x:t>三</x:t></x:r></x:is></x:c></x:row>
    </x:sheetData></x:worksheet>`
    expect((await readSheet(pack({ 'xl/worksheets/sheet1.xml': strToU8(sheet) }), 'a.xlsx')).rows).toEqual([
      { number: 2, cells: ['张三'] },
    ])
  })
})

/** The same archive with every size, offset and count moved into ZIP64 fields. */
function toZip64(zip: Uint8Array): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  const count = view.getUint16(zip.length - 12, true)
  const start = view.getUint32(zip.length - 6, true)
  const out: number[] = [...zip.subarray(0, start)]
  const u64 = (value: number) => [...new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)]
  let at = start
  for (let entry = 0; entry < count; entry++) {
    const name_length = view.getUint16(at + 28, true)
    const head = new Uint8Array(zip.slice(at, at + 46 + name_length))
    const fields = new DataView(head.buffer)
    const [size, unpacked, offset] = [20, 24, 42].map((field) => view.getUint32(at + field, true)) as [
      number,
      number,
      number,
    ]
    for (const field of [20, 24, 42]) fields.setUint32(field, 0xffffffff, true)
    fields.setUint16(30, 32, true)
    // another extra field stands in front
    out.push(...head, 0x55, 0x54, 0, 0, 1, 0, 24, 0, ...u64(unpacked), ...u64(size), ...u64(offset))
    at += 46 + name_length + view.getUint16(at + 30, true)
  }
  const record = out.length
  out.push(
    0x50,
    0x4b,
    6,
    6,
    ...u64(44),
    45,
    0,
    45,
    0,
    ...new Uint8Array(8),
    ...u64(count),
    ...u64(count),
    ...u64(record - start),
    ...u64(start),
  )
  out.push(0x50, 0x4b, 6, 7, 0, 0, 0, 0, ...u64(record), 1, 0, 0, 0)
  out.push(0x50, 0x4b, 5, 6, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, ...new Uint8Array(8).fill(0xff), 0, 0)
  return Uint8Array.from(out)
}
