/** Commands that do the daily work: imports, runs, certificates; each by the same action as its page. */
import { spawnSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { computeRun } from './allowances/actions.ts'
import { getRun, getScheme, RUN } from './allowances/queries.ts'
import { recheckRun } from './allowances/recheck.ts'
import { type Command, finishJob, fromHere, text, withProgram } from './commands.ts'
import { requestBatch } from './credentials/batches.ts'
import { uploadImport } from './imports/actions.ts'
import { listRows } from './imports/chunks.ts'
import { KINDS } from './imports/kinds.ts'
import { getImport } from './imports/queries.ts'
import type { ImportKindName } from './imports/rules.ts'
import { stageFile } from './imports/staging.ts'
import { rowViewer } from './imports/views.ts'
import { type Context, divisionPrefix } from './platform/context.ts'
import { notFound, refuse } from './platform/errors.ts'
import type { Program } from './program.ts'

const RECHECK_DIFFERS = {
  zh: '复核结果与批次不一致，请逐条核对。',
  en: 'The recheck differs from the run: look at each line.',
}

export const workCommands: Record<string, Command> = {
  import: {
    usage:
      'KIND FILE --as ACCOUNT [--subject CLASS] [--check] — 导入表格，种类 KIND / imports a sheet, KIND: people, employments, service-months, enrolments, results, education-hours',
    arguments: 2,
    required: ['as'],
    options: { as: text, subject: text, check: { type: 'boolean' } },
    run: ([kind, file], { as, subject, check }) =>
      withProgram(
        (program, context) => importFile(program, context, kind!, file!, String(subject ?? ''), Boolean(check)),
        { as: String(as), permission: 'import.write' },
      ),
  },
  'allowances run': {
    usage:
      '--scheme CODE --month YYYY-MM [--district CODE] [--as ACCOUNT] — 不给区县时，核算每个有机构的区县 / without a district, every district with a facility',
    arguments: 0,
    required: ['scheme', 'month'],
    options: { scheme: text, month: text, district: text, as: text },
    run: (_, { scheme, month, district, as }) =>
      withProgram(
        async (program, context) => ({
          runs: await runMonth(program, context, String(scheme), String(month), district as string | undefined),
        }),
        { as: as as string | undefined, permission: 'run.compute' },
      ),
  },
  'allowances recheck': {
    usage:
      'RUN [--as ACCOUNT] — 用另一套语句重新计算，列出不同的明细 / computes its amounts by a second statement and says which lines differ',
    arguments: 1,
    options: { as: text },
    run: ([run], { as }) =>
      withProgram(
        async (program, context) => {
          const recheck = await program.db
            .transaction()
            .execute((tx) => recheckRun(tx, context, z.uuid().safeParse(run).data ?? notFound(RUN)))
          return { ...recheck, ...(recheck.status === 'different' && { refused: RECHECK_DIFFERS }) }
        },
        { as: as as string | undefined, permission: 'run.recheck' },
      ),
  },
  'certificates issue': {
    usage:
      '--class ID --issued-on YYYY-MM-DD --as ACCOUNT [--kind skill_level|completion] — 为一个班签发证书 / issues the certificates of a class',
    arguments: 0,
    required: ['class', 'issued-on', 'as'],
    options: { class: text, 'issued-on': text, kind: text, as: text },
    run: (_, values) =>
      withProgram(
        async (program, context) => {
          const kind = values.kind === 'completion' ? ('completion' as const) : ('skill_level' as const)
          const input = {
            class_id: String(values.class),
            kind,
            issued_on: String(values['issued-on']),
            valid_until: null,
          }
          const batch = await program.db.transaction().execute((tx) => requestBatch(tx, context, input))
          return { batch: batch.id, result: await finishJob(program, context, batch.job_id!) }
        },
        { as: String(values.as), permission: 'certificate.issue' },
      ),
  },
  bench: {
    usage:
      '— 每个数字与其对照的下限并列；需要开发用的包 / every figure beside the floor it is measured against; needs the development packages',
    arguments: 0,
    run: async () => {
      const { status } = spawnSync(process.execPath, ['test/bench/run.ts'], { stdio: 'inherit' })
      return { bench: status === 0 ? 'done' : 'failed' }
    },
  },
}

async function importFile(
  program: Program,
  context: Context,
  kind: string,
  file: string,
  subject: string,
  check: boolean,
): Promise<Record<string, unknown>> {
  if (!(kind in KINDS))
    refuse('invalid', 'import.kind_unknown', {
      zh: `没有“${kind}”这种表格，可选：${Object.keys(KINDS).join('、')}。`,
      en: `There is no kind of sheet ${kind}; choose from ${Object.keys(KINDS).join(', ')}.`,
    })
  const name = kind as ImportKindName
  const staged = await stageFile(program.db, context, KINDS[name], basename(file), createReadStream(fromHere(file)))
  const upload = {
    kind: name,
    subject_id: subject || null,
    mode: check ? ('check' as const) : ('commit' as const),
    file: staged,
  }
  const made = await program.db.transaction().execute((tx) => uploadImport(tx, context, upload))
  if (made.job_id) await finishJob(program, context, made.job_id)
  const done = await getImport(program.db, context.scope, made.id)
  // a long file is checked by one job, which asks for the next
  if (done.status === 'committing' && done.job_id) await finishJob(program, context, done.job_id)
  const imported = await getImport(program.db, context.scope, made.id)
  const { id, status, rows, accepted, rejected, counts } = imported
  const wrong = await listRows(program.db, context.vault, id, { change: 'wrong', limit: 200 })
  const view = rowViewer(KINDS[name], imported, 'zh-CN')
  const faults = wrong.items.map((row) => ({ row: row.row_number, faults: view(row).faults }))
  return { id, status, rows, accepted, rejected, counts, faults }
}

async function runMonth(
  program: Program,
  context: Context,
  scheme_code: string,
  month: string,
  district: string | undefined,
) {
  const { division_code } = await getScheme(program.db, scheme_code)
  const districts = district ? [district] : await districtsWithFacilities(program, division_code)
  const runs = []
  for (const district_code of districts) {
    const made = await program.db
      .transaction()
      .execute((tx) => computeRun(tx, context, { scheme_code, month, district_code }))
    await finishJob(program, context, made.job_id!)
    const { id, status, line_count, payable_count, total_fen, lines_sha256 } = await getRun(
      program.db,
      context.scope,
      made.id,
    )
    runs.push({ district_code, id, status, line_count, payable_count, total_fen, lines_sha256 })
  }
  return runs
}

async function districtsWithFacilities({ db }: Program, division_code: string): Promise<string[]> {
  const rows = await db
    .selectFrom('organisations')
    .select('district_code')
    .distinct()
    .where('facility_kind', 'is not', null)
    .where('district_code', 'like', `${divisionPrefix(division_code)}%`)
    .orderBy('district_code')
    .execute()
  return rows.map(({ district_code }) => district_code)
}
