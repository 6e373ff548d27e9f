/** `npm run bench`: every figure beside the floor or peer it is measured against, in one run on real PostgreSQL. */
import { spawnSync } from 'node:child_process'
import pg from 'pg'
import { startPostgres } from '../support/real-postgres.ts'
import { benchChanges, benchEmbedded, benchRun } from './allowances.ts'
import { benchAnswers } from './answers.ts'
import { benchBulk } from './bulk.ts'
import { benchCertificates } from './certificates.ts'
import { benchCheckIns } from './check-ins.ts'
import { benchEnrolling } from './enrolling.ts'
import { benchImports } from './imports.ts'
import { benchPages } from './pages.ts'
import { benchRanking } from './ranking.ts'
import { benchReports } from './reports.ts'
import { benchSearch } from './search.ts'
import { benchSigning } from './signing.ts'
import { benchVerify } from './verify.ts'

if (spawnSync(process.execPath, ['src/launch.mjs', '--build'], { stdio: 'inherit' }).status !== 0) process.exit(1)
/** `npm run bench -- large` also computes a month of a whole country. */
const SIZES = process.argv.includes('large') ? [20_000, 300_000, 3_000_000] : [20_000, 300_000]
// a quarter of the memory is what PostgreSQL advises; 128 MB, what it has when nothing is said, holds no register
const server = await startPostgres({ shared_buffers: '2GB' })
try {
  const admin = new pg.Client(server.url('postgres', 'postgres'))
  await admin.connect()
  await admin.query('create role huyu login')
  // the worlds of runs are made without triggers
  await admin.query('grant set on parameter session_replication_role to huyu')
  const names = [
    'verify',
    ...SIZES.map((people) => `run-${people}`),
    'changes',
    'imports',
    'search',
    'ranking',
    'enrolling',
    'check-ins',
    'bulk',
    'answers',
    'reports',
    'pages',
  ]
  for (const name of names) await admin.query(`create database "${name}" owner huyu`)
  await admin.end()

  const verify = await benchVerify(server.url('verify', 'huyu'))
  const runs = []
  for (const people of SIZES) runs.push(await benchRun(server.url(`run-${people}`, 'huyu'), people))
  const changes = await benchChanges(server.url('changes', 'huyu'))
  const embedded = await benchEmbedded()
  const drawn = await benchCertificates()
  const bulk = await benchBulk(server.url('bulk', 'huyu'))
  const signing = await benchSigning()
  const imports = await benchImports(server.url('imports', 'huyu'))
  const checkIns = await benchCheckIns(server.url('check-ins', 'huyu'))
  const enrolling = await benchEnrolling(server.url('enrolling', 'huyu'))
  const ranking = await benchRanking(server.url('ranking', 'huyu'))
  const reports = await benchReports(server.url('reports', 'huyu'))
  const search = await benchSearch(server.url('search', 'huyu'))
  const answers = await benchAnswers(server.url('answers', 'huyu'))
  const pages = await benchPages(server.url('pages', 'huyu'))
  console.table([
    ...(
      [
        ['查验（编号）verify by number', 'by_number'],
        ['查验（编号与姓名）by number and name', 'by_number_with_proof'],
        ['查验（编号与证件号后四位）by number and last four', 'by_last_four'],
        ['查验（扫码页）verify page by QR', 'by_token'],
      ] as const
    ).map(([what, way]) => ({
      what: `${what}, ${verify.certificates} certificates, answers/s`,
      huyu: verify.per_second[way],
      against: 'node:http + pg, prepared',
      floor: verify.bare_per_second,
      ratio: `${Math.round(100 * verify.share[way])} % of it`,
    })),
    ...runs.map((run) => ({
      what: `津贴一个月 a month's run, ${run.lines} lines, s`,
      huyu: run.run_seconds.toFixed(2),
      against: `one INSERT…SELECT; ${run.memory_mb} MB at most`,
      floor: run.floor_seconds.toFixed(2),
      ratio: `${run.ratio.toFixed(1)} × slower, ${((1e6 * run.run_seconds) / run.lines).toFixed(1)} µs a line`,
    })),
    {
      what: `事后撤销 ${changes.revoked} certificates revoked two months back, of ${changes.people}, s`,
      huyu: (changes.changed_seconds - changes.unchanged_seconds).toFixed(2),
      against: 'three months of everybody',
      floor: changes.everybody_seconds.toFixed(2),
      ratio: `${(100 * changes.share).toFixed(1)} % of it`,
    },
    {
      what: `同上，嵌入式数据库 a month's run in the embedded database, ${embedded.people} people, s`,
      huyu: embedded.run_seconds.toFixed(2),
      against: 'at most',
      floor: 3,
      ratio: '',
    },
    {
      what: `年鉴 the year book over ${reports.lines} entries, ms`,
      huyu: reports.year_book_ms,
      against: 'entries joined to their lines',
      floor: reports.from_lines_ms,
      ratio: `by facility ${reports.by_facility_ms} ms, by fund source ${reports.by_fund_source_ms} ms`,
    },
    {
      what: '测算一个月 a simulation of that month, s',
      huyu: runs[0]!.simulation_seconds.toFixed(2),
      against: 'the run itself',
      floor: runs[0]!.run_seconds.toFixed(2),
      ratio: `${runs[0]!.simulation_ratio.toFixed(2)} ×`,
    },
    {
      what: '证书 certificates per CPU-second',
      huyu: Math.round(drawn.certificates_per_cpu_second),
      against: 'pdf-lib + cached fontkit',
      floor: Math.round(drawn.fontkit_cached_per_cpu_second),
      ratio: `${drawn.ratio.toFixed(1)} × faster`,
    },
    {
      what: `批量签发 ${bulk.many.toLocaleString('en-US')} certificates issued by the job, s`,
      huyu: bulk.issue_seconds.many.toFixed(0),
      against: `${bulk.few.toLocaleString('en-US')}, at most 11 ×`,
      floor: bulk.issue_seconds.few.toFixed(0),
      ratio: `${bulk.issue_seconds.ratio.toFixed(1)} ×`,
    },
    {
      what: `压缩包 ZIP of ${bulk.many.toLocaleString('en-US')} certificates, ${bulk.zip.many.megabytes} MB, s`,
      huyu: bulk.zip.many.seconds.toFixed(0),
      against: `${bulk.few.toLocaleString('en-US')}, at most 11 ×`,
      floor: bulk.zip.few.seconds.toFixed(0),
      ratio: `${bulk.zip.ratio.toFixed(1)} ×`,
    },
    {
      what: '压缩包的内存 memory a ZIP adds, the large one, MB',
      huyu: bulk.zip.many.rss_mb,
      against: 'the small one',
      floor: bulk.zip.few.rss_mb,
      ratio: `heap ${bulk.zip.many.heap_mb} / ${bulk.zip.few.heap_mb}`,
    },
    {
      what: `打印文件 print file of ${bulk.few.toLocaleString('en-US')} pages, MB`,
      huyu: bulk.print.megabytes,
      against: 'the single files',
      floor: bulk.zip.few.megabytes,
      ratio: `${(bulk.zip.few.megabytes / bulk.print.megabytes).toFixed(1)} × smaller`,
    },
    {
      what: '证书 certificates per CPU-second',
      huyu: Math.round(drawn.certificates_per_cpu_second),
      against: 'bytes written by hand',
      floor: Math.round(drawn.by_hand_per_cpu_second),
      ratio: `${drawn.by_hand_ratio.toFixed(1)} × slower`,
    },
    {
      what: '签名 three proofs of a certificate, CPU ms',
      huyu: signing.proofs_ms.toFixed(2),
      against: 'three bare signatures',
      floor: signing.bare_ms.toFixed(2),
      ratio: `${(signing.proofs_ms / signing.bare_ms).toFixed(1)} × slower`,
    },
    {
      what: `签到 ${checkIns.phones} phones check in at once, s`,
      huyu: checkIns.seconds.toFixed(2),
      against: 'node:http + pg, one INSERT each',
      floor: checkIns.floor_seconds.toFixed(2),
      ratio: `${checkIns.ratio.toFixed(1)} × slower`,
    },
    {
      what: `报名 ${enrolling.people} people enrolled in one call, s`,
      huyu: enrolling.enrol_seconds.toFixed(3),
      against: 'one INSERT…SELECT',
      floor: enrolling.insert_seconds.toFixed(3),
      ratio: `${enrolling.ratio.toFixed(1)} × slower`,
    },
    {
      what: `名次 a ranking of ${ranking.marks} marks recomputed, s`,
      huyu: ranking.ranking_seconds.toFixed(2),
      against: 'reading the marks alone',
      floor: ranking.reading_seconds.toFixed(2),
      ratio: `${ranking.ratio.toFixed(1)} × slower`,
    },
    {
      what: `导入 CSV imported, ${imports.rows} months, s`,
      huyu: imports.import_seconds.toFixed(1),
      against: 'COPY of the same rows',
      floor: imports.copy_seconds.toFixed(1),
      ratio: `${imports.ratio.toFixed(1)} × slower`,
    },
    {
      what: '导入的内存 heap of an import, all rows, MB',
      huyu: imports.heap_mb_all,
      against: 'a third of the rows',
      floor: imports.heap_mb_third,
      ratio: `${(imports.heap_mb_all / imports.heap_mb_third).toFixed(1)} ×`,
    },
    ...(
      [
        ['名单 new people', imports.roster],
        ['月份 months', imports.months],
      ] as const
    ).map(([what, sheet]) => ({
      what: `核对并预览 a workbook of 5,000 ${what} checked and shown, s`,
      huyu: sheet.check_seconds.toFixed(2),
      against: 'reading its cells alone',
      floor: sheet.reader_seconds.toFixed(2),
      ratio: `${sheet.ratio.toFixed(1)} × slower`,
    })),
    {
      what: `查人 search of ${search.people} people, ${search.callers} typing, p95 ms`,
      huyu: search.p95_ms.toFixed(1),
      against: 'one bare statement on the index',
      floor: search.bare_p95_ms.toFixed(1),
      ratio: `${search.ratio.toFixed(1)} × slower`,
    },
    {
      what: `为何发、为何不发 why-not of ${answers.people} people, ${answers.callers} asking, p99 ms`,
      huyu: answers.p99_ms.toFixed(1),
      against: 'one bare look-up of the same rows',
      floor: answers.bare_p99_ms.toFixed(1),
      ratio: `${answers.ratio.toFixed(1)} × slower (medians)`,
    },
    {
      what: '逐月津贴 all months of a person, p99 ms',
      huyu: answers.months_p99_ms.toFixed(1),
      against: '–',
      floor: '–',
      ratio: `${answers.per_second} why-nots/s without a pause`,
    },
    {
      what: `页面 pages of ${pages.people.toLocaleString('en-US')} people, ${pages.users} reading, first byte p95 ms`,
      huyu: pages.p95_ms.toFixed(1),
      against: 'a page that asks only who calls',
      floor: pages.bare_p95_ms.toFixed(1),
      ratio: `slowest ${pages.slowest.path}: ${pages.slowest.p95_ms.toFixed(0)} ms`,
    },
    {
      what: '查人 the same without a pause, searches/s',
      huyu: search.per_second,
      against: '–',
      floor: '–',
      ratio: '–',
    },
  ])
} finally {
  await server.stop()
}
