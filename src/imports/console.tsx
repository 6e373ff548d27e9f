/** Pages of imports: choose a sheet, upload it, look at what it would do, write it, and find it again. */
import { z } from 'zod'
import { ImportPage } from '../../templates/imports/import.tsx'
import { ImportList } from '../../templates/imports/list.tsx'
import { ChooseImport, NewImport } from '../../templates/imports/new.tsx'
import type { JobState } from '../../templates/parts.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { getJob } from '../jobs/queries.ts'
import { inLanguage, type Message, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { commitImport } from './actions.ts'
import { listRows, rowsAfter } from './chunks.ts'
import { KINDS, kindsFor, kindsSeenBy } from './kinds.ts'
import { getImport, type ImportRow, listImports } from './queries.ts'
import { registersConsole } from './registers-console.tsx'
import { IMPORT_STATUSES, type ImportKind, type ImportKindName } from './rules.ts'
import { SUBJECTS } from './subjects.ts'
import { uploadForm } from './upload-api.ts'
import { rowViewer } from './views.ts'

const title = { zh: '批量导入', en: 'Import' }
const WRONG_SHOWN = 100
const GOOD_SHOWN = 50

export function importsConsole(app: App): void {
  page(app, '/console/imports', 'import.write', listPage)
  page(app, '/console/imports/new', 'import.write', (call) =>
    newPage(call, { kind: call.query.kind, subject: call.query.subject }),
  )
  uploadForm(app, newPage)
  registersConsole(app)
  page(app, '/console/imports/:id', 'import.write', importPage)
  form(app, '/console/imports/:id/commitment', 'import.write', z.object({}), async ({ tx, context, params }) => {
    const { id } = await commitImport(tx, context, params.id!)
    return { to: `/console/imports/${id}` }
  })
}

async function listPage({ c, db, context, query }: PageCall) {
  const lang = c.get('lang')
  const filter = { kind: query.kind ?? '', status: query.status && query.status in IMPORT_STATUSES ? query.status : '' }
  const kinds = kindsFor(context.actor.role)
  const list = await listImports(db, context.scope, {
    kinds: kinds.map(({ kind }) => kind),
    kind: filter.kind || undefined,
    status: filter.status || undefined,
    limit: 50,
    cursor: query.cursor,
  })
  return (
    <ImportList
      frame={frameOf(c, inLanguage(lang, title))}
      kinds={kinds.map((kind) => ({ kind: kind.kind, title: inLanguage(lang, kind.title) }))}
      statuses={IMPORT_STATUSES}
      filter={filter}
      items={list.items}
      next={
        list.next_cursor &&
        `/console/imports?${new URLSearchParams({ ...filter, cursor: list.next_cursor }).toString()}`
      }
    />
  )
}

/** The form once kind and class are known; until then the choice of them. */
async function newPage(
  call: PageCall,
  chosen: { kind?: string | undefined; subject?: string | undefined },
  refusal?: Refusal,
) {
  const { c, db, context } = call
  const lang = c.get('lang')
  const kind = kindsFor(context.actor.role).find((one) => one.kind === chosen.kind)
  if (!kind) return kindsPage(call)
  if (kind.subject && !chosen.subject) return subjectsPage(call, kind, kind.subject)
  const subject = kind.subject ? await SUBJECTS[kind.subject].find(db, context, chosen.subject!) : null
  const headers = (required: boolean) =>
    kind.columns.filter((column) => (column.required ?? false) === required).map(({ header }) => header)
  return (
    <NewImport
      frame={frameOf(c, inLanguage(lang, title))}
      heading={headingOf(kind, subject?.name ?? null, lang === 'en')}
      kind={kind.kind}
      subject={subject}
      required={headers(true)}
      optional={headers(false)}
      register={kind.register ? { href: `/api/v1/registers/${kind.kind}`, month: kind.register_by === 'month' } : null}
      errors={faultsFor(c, refusal)}
    />
  )
}

const USES: Record<ImportKindName, Message> = {
  people: { zh: '登记人员，并加入本机构名册', en: 'Registers people and puts them on your roster' },
  employments: { zh: '谁在本机构、从何时起、什么岗位', en: 'Who works here, since when, in which post' },
  'service-months': { zh: '每月出勤天数和社保', en: 'Days attended and social insurance of a month' },
  enrolments: { zh: '把名册里的人加入一个培训班', en: 'Enrols people of your roster in a class' },
  results: { zh: '一个培训班的考核成绩', en: 'What a class was marked' },
  certificates: { zh: '其他机构签发给名册人员的证书，待核验', en: 'Certificates that others issued to your people' },
  'payment-results': { zh: '银行对一份发放文件的回单', en: 'What the bank answered to a payment file' },
  'education-hours': { zh: '谁学了什么、在哪里、多少学时', en: 'Who learned what, where, in how many hours' },
}

async function kindsPage({ c, context }: PageCall) {
  const lang = c.get('lang')
  return (
    <ChooseImport
      frame={frameOf(c, inLanguage(lang, title))}
      heading={inLanguage(lang, title)}
      choices={kindsFor(context.actor.role).map(({ kind, title }) => ({
        href: `/console/imports/new?kind=${kind}`,
        title: inLanguage(lang, title),
        note: inLanguage(lang, USES[kind]),
      }))}
      empty={inLanguage(lang, {
        zh: '您的角色没有可以导入的表格。',
        en: 'There is no sheet that your role may import.',
      })}
    />
  )
}

async function subjectsPage(
  { c, db, context }: PageCall,
  kind: ImportKind<unknown>,
  subject: NonNullable<ImportKind<unknown>['subject']>,
) {
  const lang = c.get('lang')
  const { what, none, choices } = SUBJECTS[subject]
  const fitting = await choices(db, context, kind)
  return (
    <ChooseImport
      frame={frameOf(c, inLanguage(lang, title))}
      heading={inLanguage(lang, {
        zh: `批量导入${kind.title.zh}：选择${what.zh}`,
        en: `Import ${kind.title.en.toLowerCase()}: choose a ${what.en}`,
      })}
      choices={fitting.map(({ id, name, note }) => ({
        href: `/console/imports/new?kind=${kind.kind}&subject=${id}`,
        title: name,
        note: inLanguage(lang, note),
      }))}
      empty={inLanguage(lang, none)}
    />
  )
}

async function importPage({ c, db, context, params }: PageCall) {
  const lang = c.get('lang')
  const imported = await getImport(db, context.scope, params.id!, kindsSeenBy(context.actor))
  const kind = KINDS[imported.kind]
  const wrong = await listRows(db, context.vault, imported.id, { change: 'wrong', limit: WRONG_SHOWN })
  const good =
    imported.status === 'checked'
      ? await rowsAfter(db, context.vault, imported.id, 0, ['new', 'changed', 'same'], GOOD_SHOWN)
      : []
  const view = rowViewer(kind, imported, lang)
  const job = await jobOf({ c, db, context }, imported)
  const frame = frameOf(c, inLanguage(lang, title))
  return (
    <ImportPage
      frame={job && ['queued', 'running'].includes(job.status) ? { ...frame, refresh_seconds: 3 } : frame}
      heading={headingOf(kind, imported.subject_name, lang === 'en')}
      again={`/console/imports/new?kind=${kind.kind}${imported.subject_id ? `&subject=${imported.subject_id}` : ''}`}
      imported={{ ...imported, whole: kind.whole ?? false }}
      columns={kind.columns.filter(({ key }) => key !== 'remark')}
      wrong={wrong.items.map(view)}
      good={good.map(view)}
      job={job}
    />
  )
}

async function jobOf(
  { c, db, context }: Pick<PageCall, 'c' | 'db' | 'context'>,
  { status, job_id }: ImportRow,
): Promise<JobState | null> {
  if (!['checking', 'committing'].includes(status) || !job_id) return null
  const job = await getJob(db, context, c.get('lang'), job_id)
  return { ...job, status: job.status as JobState['status'], error: job.error?.message ?? null }
}

function headingOf({ title }: ImportKind<unknown>, subject: string | null, english: boolean): string {
  const what = english ? `Import: ${title.en.toLowerCase()}` : `批量导入${title.zh}`
  return subject ? `${what} · ${subject}` : what
}
