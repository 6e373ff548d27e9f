/** Pages of checking: a facility's roster, and an officer's list of what nobody has looked up in an official register. */
import { z } from 'zod'
import { CheckPage, NewCheck } from '../../templates/credentials/checks.tsx'
import { MyChecks } from '../../templates/credentials/my-checks.tsx'
import { RegistryChecks } from '../../templates/credentials/registry-checks.tsx'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import { cellText } from '../platform/cells.ts'
import type { SheetRow } from '../platform/csv-stream.ts'
import { type Fault, inLanguage, type Refusal, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { readSheet } from '../platform/sheet-reader.ts'
import { cleanText } from '../platform/text.ts'
import { getCheck, listAsked } from './check-queries.ts'
import { CHECK_PURPOSES, type CheckPurpose } from './check-rules.ts'
import { checkCertificates, recordRegistryChecks } from './checks.ts'
import { listCertificates } from './queries.ts'
import { CHECK_ROWS } from './rules.ts'
import { listShape, newCheckShape, registryCheckShape } from './shapes.ts'

const askedTitle = { zh: '谁查验过我的证书', en: 'Who checked my certificates' }
const checkTitle = { zh: '核验名册', en: 'Check a roster' }
export const registryTitle = { zh: '官方平台核验', en: 'Official registers' }

const checkForm = z.object({
  rows: z.string().max(100_000).default(''),
  roster: z.literal('true').optional(),
  // a browser sends a file of no name where none was chosen
  file: z.preprocess(
    (file) => (file instanceof File && file.size > 0 ? file : undefined),
    z.instanceof(File).optional(),
  ),
  purpose: z.enum(Object.keys(CHECK_PURPOSES).filter((purpose) => purpose !== 'not_stated') as [CheckPurpose]),
})
export const registryForm = z.preprocess(
  ({ certificate_ids = [], ...sent }: Record<string, unknown>) => ({
    ...sent,
    certificate_ids: [certificate_ids].flat(),
  }),
  registryCheckShape.extend({
    certificate_ids: z.array(z.uuid()).min(1, { error: '请先勾选证书。 / Tick certificates first.' }).max(1000),
  }),
)

export function checksConsole(app: App): void {
  page(app, '/console/checks/new', 'certificate.check', async (call) => newCheck(call, {}))
  form(
    app,
    '/console/checks',
    'certificate.check',
    checkForm,
    async ({ tx, context, input }) => {
      const { purpose, roster, file, rows } = input
      const asked = roster ? { roster } : { items: pastedRows(file ? await linesOf(file) : rows) }
      const { id } = await checkCertificates(
        tx,
        context,
        newCheckShape.parse({ ...asked, roster: roster && true, purpose }),
      )
      return { to: `/console/checks/${id}` }
    },
    async (call) => newCheck(call, call.values, call.refusal),
  )
  page(app, '/console/checks/:id', 'certificate.check', async ({ c, db, context, params }) => {
    const check = await getCheck(db, context, params.id!)
    return (
      <CheckPage
        frame={frameOf(c, inLanguage(c.get('lang'), checkTitle))}
        check={{ ...check, checked_at: localTime(check.created_at) }}
        asked_by={context.actor.organisation_name ?? context.actor.display_name}
      />
    )
  })
  page(app, '/console/my-certificate-checks', 'record.own', async ({ c, db, context }) => {
    const items = await listAsked(db, context.actor.person_id!, 200)
    return (
      <MyChecks
        frame={frameOf(c, inLanguage(c.get('lang'), askedTitle))}
        items={items.map((one) => ({ ...one, at: localTime(one.at) }))}
      />
    )
  })
  formPage(
    app,
    '/console/registry-checks',
    'registry_check.write',
    registryForm,
    async ({ tx, context, input }) => {
      const { recorded } = await recordRegistryChecks(tx, context, input)
      return {
        to: '/console/registry-checks',
        flash: { zh: `已登记 ${recorded} 张证书的核验结果。`, en: `${recorded} findings were recorded.` },
      }
    },
    registryChecks,
  )
}

function newCheck({ c, context }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  return (
    <NewCheck
      frame={frameOf(c, inLanguage(c.get('lang'), checkTitle))}
      values={values}
      errors={faultsFor(c, refusal)}
      has_roster={context.scope.kind === 'organisation'}
    />
  )
}

/** A sheet as it would be pasted: its columns are found by their headings. Refuses the codes of `openSheet`, and `certificate_check.columns`. */
async function linesOf(file: File): Promise<string> {
  const { header, rows } = await readSheet(new Uint8Array(await file.arrayBuffer()), file.name)
  const columns = [/编号|number/i, /姓名|name/i, /后四位|last.?four|last4/i].map((word) =>
    header.findIndex((one) => word.test(one)),
  )
  if (columns[0]! < 0 || columns[1]! < 0)
    refuseFaults([
      {
        pointer: '/file',
        code: 'certificate_check.columns',
        message: {
          zh: `没有找到“证书编号”和“姓名”两列，表头是：${header.filter(Boolean).join('、') || '（空）'}。`,
          en: `There are no columns 证书编号 (number) and 姓名 (name); the headings are: ${header.filter(Boolean).join(', ') || '(none)'}.`,
        },
      },
    ])
  const text = (row: SheetRow, at: number) => (at < 0 ? '' : cellText(row.cells[at] ?? ''))
  return rows.map((row) => columns.map((at) => text(row, at)).join('\t')).join('\n')
}

/**
 * Rows as Excel puts them on the clipboard: number, name and perhaps the last four of the ID number, between tabs (or commas, or
 * spaces). A heading row is passed over. Refuses with every line that lacks a name.
 */
function pastedRows(text: string) {
  const lines = text.split(/\r?\n/).map((line, at) => {
    const cells = line.split(line.includes('\t') ? '\t' : /[,，\s]+/)
    return { at, cells: cells.map(cleanText).filter(Boolean) }
  })
  const filled = lines.filter(({ cells }) => cells.length > 0 && /\d/.test(cells[0]!))
  const items = filled.map(({ cells }) => ({ number: cells[0]!, name: cells[1] ?? '', id_last4: cells[2] || null }))
  const parsed = newCheckShape.safeParse({ items })
  if (!parsed.success) refuseFaults(pasteFaults(filled, items))
  return items
}

function pasteFaults(filled: { at: number }[], items: { name: string; id_last4: string | null }[]): Fault[] {
  const fault = (code: string, zh: string, en: string): Fault => ({ pointer: '/rows', code, message: { zh, en } })
  if (items.length === 0)
    return [
      fault(
        'certificate_check.empty',
        '没有读到证书编号，请从 Excel 复制“证书编号、姓名”两列粘贴进来。',
        'No certificate numbers found: copy the columns number and name from Excel.',
      ),
    ]
  if (items.length > CHECK_ROWS)
    return [
      fault(
        'certificate_check.too_many',
        `共 ${items.length} 行，一次最多核验 ${CHECK_ROWS} 行，请分几次粘贴。`,
        `${items.length} rows; at most ${CHECK_ROWS} at a time.`,
      ),
    ]
  return items.flatMap(({ name, id_last4 }, index) => {
    const line = filled[index]!.at + 1
    if (name === '')
      return [
        fault('certificate_check.name_missing', `第 ${line} 行没有姓名，请补上后再核验。`, `Line ${line} has no name.`),
      ]
    if (id_last4 !== null && id_last4.length !== 4)
      return [
        fault(
          'certificate_check.id_last4',
          `第 ${line} 行的“${id_last4}”不是证件号码后四位。`,
          `Line ${line}: “${id_last4}” is not the last four of an ID number.`,
        ),
      ]
    return []
  })
}

async function registryChecks({ c, db, context, query }: PageCall, retry?: Retry) {
  const today = localDate(context.now)
  const filter = listShape.parse({ registry: 'none', ...(query.cursor ? { cursor: query.cursor } : {}) })
  const { items, next_cursor } = await listCertificates(db, context.scope, today, filter)
  return (
    <RegistryChecks
      frame={frameOf(c, inLanguage(c.get('lang'), registryTitle))}
      issued="here"
      items={items.map((item) => ({ ...item, href: `/console/certificates/${item.id}` }))}
      next={next_cursor && `/console/registry-checks?${new URLSearchParams({ cursor: next_cursor })}`}
      today={today}
      values={retry?.values ?? {}}
      ticked={retry?.ticked('certificate_ids') ?? []}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
