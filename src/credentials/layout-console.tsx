/** Pages of layouts: the list, a version and its preview, the editor, putting in force. */
import { z } from 'zod'
import { LayoutEditor } from '../../templates/credentials/layout-editor.tsx'
import { LayoutPage } from '../../templates/credentials/layout-page.tsx'
import { LayoutFaults } from '../../templates/credentials/layout-parts.tsx'
import { Layouts } from '../../templates/credentials/layouts.tsx'
import { requires } from '../access/guard.ts'
import { chosenFile, faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Refusal, refuseFaults } from '../platform/errors.ts'
import { type App, refusalFor } from '../platform/http.ts'
import { faultsOf } from '../platform/shape-faults.ts'
import { parseLayout } from './certificate-layout.ts'
import { previewAnswer } from './download.ts'
import { glyphImagesConsole } from './glyph-console.tsx'
import { draftOf, edited, type LayoutDraft } from './layout-form.ts'
import { drawSample } from './layout-preview.ts'
import { getLayout, listChoices, listLayouts } from './layout-queries.ts'
import { choiceShape, newLayoutShape, sampleShape } from './layout-shapes.ts'
import { bodyFaults, checkBody, chooseLayout, saveLayout } from './layouts.ts'

const PAGE = '/console/certificate-layouts'
const TITLE = { zh: '证书版式', en: 'Certificate layouts' }
const SAVED = { zh: '已存为新的一版，还没有启用。', en: 'Saved as a new version; it is not in force yet.' }
const { kind, name, reason } = newLayoutShape.shape
const NO_FILE = '没有选择文件。请选择 .json 版式文件。 / No file was chosen: choose a .json.'

export function layoutsConsole(app: App): void {
  page(app, PAGE, 'certificate_layout.read', (call) => list(call))
  form(
    app,
    PAGE,
    'certificate_layout.edit',
    z.object({ kind, name, reason, file: chosenFile(NO_FILE) }),
    async ({ tx, context, input: { file, ...said } }) => {
      const { id } = await saveLayout(tx, context, { ...said, body: jsonOf(await file.text()) })
      return { to: `${PAGE}/${id}`, flash: SAVED }
    },
    (call) => list(call, call),
  )
  page(app, `${PAGE}/:id`, 'certificate_layout.read', (call) => one(call))
  page(app, `${PAGE}/:id/preview.pdf`, 'certificate_layout.read', async ({ db, context, params, query }) => {
    const { body, kind } = await getLayout(db, context, params.id!)
    const { sample } = sampleShape.safeParse(query).data ?? { sample: 'usual' as const }
    return previewAnswer(await drawSample(context, parseLayout(body), kind, sample))
  })
  page(app, `${PAGE}/:id/layout.json`, 'certificate_layout.read', async ({ db, context, params }) => {
    const { body, kind, version } = await getLayout(db, context, params.id!)
    return new Response(JSON.stringify(body, null, 2), {
      headers: {
        'Content-Type': 'application/json; charset=UTF-8',
        'Content-Disposition': `attachment; filename="${kind}-${version}.json"`,
        'Cache-Control': 'no-store',
      },
    })
  })
  form(
    app,
    `${PAGE}/:id/choices`,
    'certificate_layout.edit',
    choiceShape,
    async ({ tx, context, params, input }) => {
      await chooseLayout(tx, context, params.id!, input)
      return { to: `${PAGE}/${params.id}`, flash: { zh: '已启用。', en: 'It is put in force.' } }
    },
    (call) => one(call, call),
  )
  page(app, `${PAGE}/:id/edit`, 'certificate_layout.edit', async (call) => {
    const { body } = await getLayout(call.db, call.context, call.params.id!)
    return editor(call, body as LayoutDraft)
  })
  form(
    app,
    `${PAGE}/:id/edit`,
    'certificate_layout.edit',
    z.looseObject({ kind, press: z.string().max(20).optional(), type: z.string().max(20).optional() }),
    async ({ c, tx, context, params, input: { press, type = '', ...sent } }) => {
      const draft = draftOf(sent)
      if (press) return pressed({ c, db: tx, context, params, query: {} }, sent, edited(draft, press, type), press)
      const { id } = await saveLayout(tx, context, checked({ ...sent, body: { ...draft } }))
      return { to: `${PAGE}/${id}`, flash: SAVED }
    },
    (call) => editor(call, draftOf(call.values), call.values, null, call.refusal),
  )
  unsavedPreview(app)
  glyphImagesConsole(app)
}

/** Draws what stands in the editor's form, or says what is in the way; nothing is saved. */
function unsavedPreview(app: App): void {
  app.post(`${PAGE}/preview`, requires('certificate_layout.edit', 'post', `${PAGE}/preview`), async (c) => {
    const context = c.get('context')
    c.header('Cache-Control', 'no-store')
    try {
      const sent = await c.req.parseBody()
      const wanted = kind.safeParse(sent.kind).data ?? 'skill_level'
      const body = draftOf(sent)
      await checkBody(context, wanted, body)
      return previewAnswer(await drawSample(context, parseLayout(body), wanted, 'usual'))
    } catch (error) {
      const refusal = refusalFor(c, error)
      if (!refusal) throw error
      return c.html(<LayoutFaults lang={c.get('lang')} errors={faultsFor(c, refusal)} />, refusal.status)
    }
  })
}

/** Name and reason are checked together with the layout: all faults at once. */
function checked({ kind, name, reason, body }: Record<string, unknown>): z.output<typeof newLayoutShape> {
  const parsed = newLayoutShape.safeParse({ kind, name, reason, body })
  refuseFaults([...(parsed.error ? faultsOf(parsed.error.issues) : []), ...bodyFaults(body)])
  return parsed.data!
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>
  } catch {
    // told below
  }
  refuseFaults([
    faultAt(
      '/file',
      'layout.json',
      '文件不是 JSON 版式，请用“下载版式文件”得到的文件修改。',
      'This is no JSON layout: start from a downloaded one.',
    ),
  ])
  return {}
}

async function list({ c, db, context }: PageCall, retry?: Retry) {
  return (
    <Layouts
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      items={await listLayouts(db, context)}
      may_edit={may(context.actor.role, 'certificate_layout.edit')}
      values={retry?.values ?? {}}
      errors={onFile(faultsFor(c, retry?.refusal))}
    />
  )
}

/** What is wrong inside an uploaded file is told at the file. */
function onFile<T extends { pointer: string }>(faults: T[]): T[] {
  return faults.map((fault) => (fault.pointer.startsWith('/body') ? { ...fault, pointer: '/file' } : fault))
}

async function one({ c, db, context, params, query }: PageCall, retry?: Retry) {
  const layout = await getLayout(db, context, params.id!)
  const may_edit = may(context.actor.role, 'certificate_layout.edit')
  return (
    <LayoutPage
      frame={frameOf(c, layout.name)}
      layout={layout}
      choices={await listChoices(db, context, layout.id)}
      sample={sampleShape.safeParse(query).data?.sample ?? 'usual'}
      may_edit={may_edit}
      for_everybody={context.actor.organisation_id === null}
      usable={may_edit && [null, context.actor.organisation_id].includes(layout.organisation_id)}
      today={localDate(context.now)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

/** The editor after a button: the item that was added or moved is open. */
async function pressed(call: PageCall, sent: Record<string, unknown>, draft: LayoutDraft, press: string) {
  const [act, at] = press.split(':')
  const open = { add: draft.items.length - 1, up: Number(at) - 1, down: Number(at) + 1 }[act as 'add'] ?? null
  const values = { name: String(sent.name ?? ''), reason: String(sent.reason ?? '') }
  return editor(call, draft, values, open)
}

async function editor(
  { c, db, context, params }: PageCall,
  draft: LayoutDraft,
  values: Record<string, string> = {},
  open: number | null = null,
  refusal?: Refusal,
) {
  const from = await getLayout(db, context, params.id!)
  const own = from.organisation_id === context.actor.organisation_id
  return (
    <LayoutEditor
      frame={frameOf(c, from.name)}
      from={{ ...from, own }}
      draft={draft}
      values={{ name: values.name ?? from.name, reason: values.reason ?? '' }}
      open={open}
      errors={faultsFor(c, refusal).map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/body/, '') }))}
    />
  )
}
