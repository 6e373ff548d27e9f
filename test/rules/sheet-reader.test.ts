// Files as they really come: old workbooks, long CSV in pieces, formulas, bombs and disguises.
import { randomFillSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { root } from '../../db/root.ts'
import { csvRows } from '../../src/platform/csv-stream.ts'
import { openSheet, pieces, readSheet } from '../../src/platform/sheet-reader.ts'
import { writeWorkbook } from '../../src/platform/workbook.ts'

// saved by LibreOffice as “Excel 97–2003”: text, a number too long, a day, a fraction, a formula
const old = new Uint8Array(readFileSync(join(root, 'test/support/roster.xls')))

async function rowsOf(bytes: Uint8Array, size: number) {
  const rows = []
  for await (const batch of csvRows(pieces(bytes, size))) rows.push(...batch)
  return rows
}

async function drained(file: AsyncIterable<Uint8Array>): Promise<number> {
  let rows = 0
  for await (const batch of csvRows(file)) rows += batch.length
  return rows
}

describe('an old .xls', () => {
  test('is read like a new workbook, whatever it is called', async () => {
    for (const name of ['名单.xls', '名单.xlsx'])
      expect(await readSheet(old, name)).toEqual({
        name: '名单',
        header: ['姓名', '证件号码', '入职日期', '出勤天数', '备注'],
        rows: [
          { number: 2, cells: ['王小芳', '11010219840406970X', { date: '2026-03-05' }, 22, ''] },
          { number: 4, cells: ['李四', 330100197001011260, '2026/3/6', 21.5, 2] },
        ],
      })
  })

  test('with a password, with macros, or cut off is refused by its own code', async () => {
    const locked = old.slice()
    const start = Buffer.from(old).indexOf(Buffer.from('0908100000060500', 'hex'))
    locked.set([0x2f, 0x00], start + 20 - 4)
    await expect(readSheet(locked, 'a.xls')).rejects.toMatchObject({ code: 'file.password' })
    const macros = new Uint8Array([...old, ...Buffer.from('_VBA_PROJECT_CUR', 'utf16le')])
    await expect(readSheet(macros, 'a.xls')).rejects.toMatchObject({ code: 'file.macros' })
    const encrypted = new Uint8Array([
      ...old.subarray(0, 8),
      ...new Uint8Array(600),
      ...Buffer.from('EncryptedPackage', 'utf16le'),
    ])
    await expect(readSheet(encrypted, 'a.xlsx')).rejects.toMatchObject({ code: 'file.password' })
    await expect(readSheet(old.subarray(0, 1500), 'a.xls')).rejects.toMatchObject({ code: 'file.damaged' })
  })

  test('changed at random ends in a refusal or a sheet, never in another error', async () => {
    for (let round = 0; round < 150; round++) {
      const bytes = old.slice()
      for (let change = 0; change < 8; change++)
        bytes[512 + Math.floor(Math.random() * 4000)] = Math.floor(Math.random() * 256)
      await readSheet(bytes, 'a.xls').catch((error) => expect(error).toMatchObject({ name: 'Refusal' }))
    }
  })
})

describe('CSV in pieces', () => {
  const text = '\ufeff姓名,备注\r\n王䶮,"第一行\n第""二""行"\r李四,a\n"赵,五",\r\n钱六,z'
  const expected = [
    { number: 1, cells: ['姓名', '备注'] },
    { number: 2, cells: ['王䶮', '第一行 第"二"行'] },
    { number: 3, cells: ['李四', 'a'] },
    { number: 4, cells: ['赵,五', ''] },
    { number: 5, cells: ['钱六', 'z'] },
  ]

  test('is the same wherever it was cut: marks, characters, quotes and mixed line ends included', async () => {
    const bytes = strToU8(text)
    for (let size = 1; size <= bytes.length; size++) {
      // the first piece tells the encoding and holds the headers, as a network brings them
      const rows = []
      const cut = (async function* () {
        yield bytes.subarray(0, 24)
        yield* pieces(bytes.subarray(24), size)
      })()
      for await (const batch of csvRows(cut)) rows.push(...batch)
      expect(rows).toEqual(expected)
    }
  })

  test('in GB 18030 is the same wherever it was cut', async () => {
    // 姓名,备注 ⏎ 张三,㛃 (four bytes)
    const bytes = Uint8Array.from(Buffer.from('d0d5c3fb2cb1b8d7a20d0ad5c5c8fd2c8230b731', 'hex'))
    for (let size = 4; size <= bytes.length; size++)
      expect((await rowsOf(bytes, size)).at(-1)).toEqual({ number: 2, cells: ['张三', '㛃'] })
  })

  test('of 300,000 rows takes no more memory than a piece', async () => {
    const line = '王小芳,居民身份证,109901197203150228,2026-10,22,是,\r\n'
    const long = (async function* () {
      yield strToU8('姓名,证件类型,证件号码,月份,出勤天数,缴纳社保,备注\r\n')
      for (let piece = 0; piece < 100; piece++) yield strToU8(line.repeat(3000))
    })()
    const { batches } = await openSheet(long, 'a.csv')
    let [rows, largest] = [0, 0]
    for await (const batch of batches) {
      rows += batch.length
      largest = Math.max(largest, batch.length)
    }
    expect(rows).toBe(300_000)
    expect(largest).toBeLessThan(7000)
  })

  test('with a quote that is never closed is refused, and does not wait for the end', async () => {
    let sent = 0
    const endless = (async function* () {
      yield strToU8('姓名,备注\n王,"')
      for (; sent < 1000; sent++) yield new Uint8Array(100_000).fill(97)
    })()
    await expect(drained(endless)).rejects.toMatchObject({ code: 'file.damaged' })
    expect(sent).toBeLessThan(20)
  })

  test('of more than 100 MB, or with bytes that are no text, is refused', async () => {
    const line = new Uint8Array(2 ** 20).fill(97)
    line[line.length - 1] = 10
    const huge = (async function* () {
      for (let piece = 0; piece < 101; piece++) yield line
    })()
    await expect(drained(huge)).rejects.toMatchObject({ code: 'file.too_large' })
    const blank = (async function* () {
      for (let piece = 0; piece < 20; piece++) yield new Uint8Array(100_000).fill(10)
    })()
    await expect(drained(blank)).rejects.toMatchObject({ code: 'file.too_many_rows' })
    await expect(rowsOf(strToU8('姓名\0'), 100)).rejects.toMatchObject({ code: 'file.not_workbook' })
  })
})

describe('what is no sheet, or a trap', () => {
  test('a program renamed to .xlsx, .xls or .csv is refused', async () => {
    const exe = Uint8Array.of(0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, ...randomFillSync(new Uint8Array(2000)))
    for (const name of ['名单.xlsx', '名单.xls', '名单.csv'])
      await expect(readSheet(exe, name)).rejects.toMatchObject({ code: 'file.not_workbook' })
  })

  test('a workbook without a sheet of rows is called empty', async () => {
    const none = await writeWorkbook([{ name: 'Sheet1', columns: [], rows: [] }])
    await expect(readSheet(none, 'a.xlsx')).rejects.toMatchObject({ code: 'file.empty' })
  })

  test('1 MB that unpacks to 320 MB is refused before it is unpacked', async () => {
    const sheet = await writeWorkbook([{ name: 'Sheet1', columns: [{ header: '姓名' }], rows: [['王']] }])
    const parts = unzipSync(sheet)
    const bomb = zipSync({
      ...parts,
      'xl/worksheets/sheet1.xml': [new Uint8Array(320 * 2 ** 20), { level: 1 }],
      'docProps/noise.bin': [randomFillSync(new Uint8Array(2 ** 19)), { level: 0 }],
    })
    expect(bomb.length).toBeLessThan(1.1 * 2 ** 20)
    const memory = process.memoryUsage().rss
    await expect(readSheet(bomb, 'a.xlsx')).rejects.toMatchObject({ code: 'file.unpacks_too_large' })
    expect(process.memoryUsage().rss - memory).toBeLessThan(100 * 2 ** 20)
  })

  test('200 sheets are refused with what to do', async () => {
    const sheets = Array.from({ length: 200 }, (_, at) => ({
      name: `表${at}`,
      columns: [{ header: '姓名' }],
      rows: [['王']],
    }))
    await expect(readSheet(await writeWorkbook(sheets), 'a.xlsx')).rejects.toMatchObject({
      code: 'file.unpacks_too_large',
      words: { zh: expect.stringContaining('只保留要导入的工作表') },
    })
  })

  test('a formula counts as what it showed when the file was saved', async () => {
    const made = unzipSync(
      await writeWorkbook([{ name: 'S', columns: [{ header: '姓名' }, { header: '天数' }], rows: [['王', 1]] }]),
    )
    const rows =
      '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>天数</t></is></c></row>' +
      '<row r="2"><c r="A2" t="str"><f>CONCATENATE("王","芳")</f><v>王芳</v></c><c r="B2"><f>20+2</f><v>22</v></c></row>' +
      '<row r="3"><c r="A3" t="inlineStr"><is><t>李</t></is></c><c r="B3"><f>20+2</f></c></row>'
    const bytes = zipSync({
      ...made,
      'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
    })
    expect((await readSheet(bytes, 'a.xlsx')).rows).toEqual([
      { number: 2, cells: ['王芳', 22] },
      { number: 3, cells: ['李', ''] },
    ])
  })

  test('100,000 rows in a workbook are refused: CSV takes them', async () => {
    const made = unzipSync(await writeWorkbook([{ name: 'S', columns: [{ header: '姓名' }], rows: [['王']] }]))
    const rows = Array.from(
      { length: 100_000 },
      (_, at) => `<row r="${at + 1}"><c r="A${at + 1}"><v>${at}</v></c></row>`,
    )
    const bytes = zipSync({
      ...made,
      'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`),
    })
    await expect(readSheet(bytes, 'a.xlsx')).rejects.toMatchObject({ code: 'file.too_many_rows' })
  })
})
